/** What every network builder of this package takes. */
export interface GanNetworkOptions {
  /** Seed of the initial weights; 0 unless given. */
  readonly seed?: number;
  /** Names the network and its layers; `generator` or `discriminator` unless given. */
  readonly name?: string;
}

/** Statistics over the batch that a discriminator may look at, to catch a generator without variety. */
export interface BatchStatistics {
  /** Similarities by {@link minibatchDiscrimination}; none unless given. */
  readonly minibatchDiscrimination?: { readonly kernels?: number; readonly dimensions?: number };
  /** Adds {@link minibatchStandardDeviation}; false unless given. */
  readonly minibatchStandardDeviation?: boolean;
}
