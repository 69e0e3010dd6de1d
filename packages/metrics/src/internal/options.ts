import { abortSignal, instance, integer, type Option, optional } from "@latentkit/core/authoring";
import type { FeatureFunction } from "./collect-features.js";

/** What every metric that reads a user's data can be told of reading it. */
export interface ReadingOptions {
  /** Examples in a batch. */
  readonly batchSize?: number;
  /** Examples after which to stop. Default all of them. A stream without end needs it. */
  readonly limit?: number;
  /** Ends the measurement with the signal's reason, between two batches. */
  readonly signal?: AbortSignal;
}

/** The options of {@link ReadingOptions}. A type, which fits where a specification is wanted. */
export type ReadingSpecification = {
  readonly batchSize: Option<number, "defaulted">;
  readonly limit: Option<number, "optional">;
  readonly signal: Option<AbortSignal, "optional">;
};

/** How a metric reads data: its own batch size unless the caller has another. */
export function reading(batchSize: number, fewest = 1): ReadingSpecification {
  return {
    batchSize: integer({ min: 1, default: batchSize }),
    limit: optional(integer({ min: fewest })),
    signal: abortSignal(),
  };
}

/** An option that maps a batch to rows: features or logits. */
export const rowFunction: Option<FeatureFunction, "optional"> = optional(
  instance<FeatureFunction>("a function of a batch, `[batch, …]` → `[batch, features]`", (given) => {
    return typeof given === "function";
  }),
);

/** The seed of a metric's own noise. Default 0. */
export const seedOption: Option<number, "defaulted"> = integer({ min: 0, default: 0 });
