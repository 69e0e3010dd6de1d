/** The values that a likelihood can score or a field of a batch may hold. */
export interface Support {
  /** Smallest value. */
  readonly min?: number;
  /** Largest value. */
  readonly max?: number;
  /** Whether values are whole numbers. */
  readonly integer?: boolean;
  /** The values in words, with who asks for them: `values in [0, 1], for a bernoulli likelihood`. */
  readonly name: string;
}
