/** The mean of a quantity over examples, and how far it may be off. */
export interface Estimate {
  readonly mean: number;
  /** Standard deviation of the mean over draws of as many examples, s/√n; NaN where it is unknown, as for a single example. */
  readonly standardError: number;
  /** Examples that were measured. */
  readonly count: number;
}

/** An {@link Estimate} with the value of every example, in the data's order. */
export interface ExampleEstimate extends Estimate {
  readonly perExample: Float64Array;
}
