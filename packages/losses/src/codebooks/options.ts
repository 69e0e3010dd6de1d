import {
  type Absent,
  choice,
  type Defaulted,
  group,
  integer,
  type Needed,
  number,
  type Option,
  optional,
} from "@latentkit/core/authoring";

/** How codes that nothing chooses are given another place. */
export interface RestartOptions {
  /**
   * Choices a batch below which a code is dead, > 0; 2 is usual. Where a batch has fewer vectors a code than twice as many, half of
   * an even share.
   */
  readonly below: number;
}

/** What the tables of all quantisers with learnt codes take. */
export interface CodebookOptions {
  /** Codes of a table, 2 or more. Default 512. */
  readonly codes?: number;
  /** Size of the vectors: channels of the encoder's output. */
  readonly dim: number;
  /**
   * What moves the codes: `ema` (default), exponential averages of the vectors that chose them, or `gradient`, the optimiser by a
   * loss of its own.
   */
  readonly update?: "ema" | "gradient";
  /** Decay of the averages of counts and sums. Default 0.99. */
  readonly decay?: number;
  /** Weight β of the loss that keeps the encoder's vectors near their codes. Default 0.25, the paper's. */
  readonly commitment?: number;
  /** Where codes begin: centres of the first batch (`kMeans`, default; `train` sets them), or uniform over ±1/codes. */
  readonly initialization?: "kMeans" | "uniform";
  /** Whether codes that nothing chooses take vectors of the present batch. Default none. */
  readonly restart?: RestartOptions;
  /** Size of the codes, between learnt projections, where it is smaller than `dim`: 8 to 32 use more codes. Default `dim`. */
  readonly projectedDim?: number;
  /** Seed of the first codes. Default 0. */
  readonly seed?: number;
}

/** What is near: the smallest distance, or the smallest angle between vectors that are brought to length 1. */
export type CodeDistance = "euclidean" | "cosine";

/** What one table is told. */
export interface LevelOptions
  extends Required<Omit<CodebookOptions, "restart" | "projectedDim" | "dim" | "commitment">> {
  readonly restart: RestartOptions | undefined;
  readonly distance: CodeDistance;
}

/** {@link CodebookOptions}. */
export const CODEBOOK: Needed<Pick<CodebookOptions, "dim">> &
  Absent<Pick<CodebookOptions, "restart" | "projectedDim">> &
  Defaulted<Omit<CodebookOptions, "dim" | "restart" | "projectedDim">> = {
  codes: integer({ min: 2, default: 512 }),
  dim: integer({ min: 1 }),
  update: choice(["ema", "gradient"], { default: "ema" }) as Option<"ema" | "gradient", "defaulted">,
  decay: number({ min: 0, below: 1, default: 0.99 }),
  commitment: number({ min: 0, default: 0.25 }),
  initialization: choice(["kMeans", "uniform"], { default: "kMeans" }) as Option<"kMeans" | "uniform", "defaulted">,
  restart: optional(group({ below: number({ above: 0 }) }) as Option<RestartOptions>),
  projectedDim: optional(integer({ min: 1 })),
  seed: integer({ min: 0, default: 0 }),
};
