import { check } from "@latentkit/core/authoring";

/**
 * A log-likelihood as bits per dimension: −log p(x) / (dimensions · ln 2), the unit in which image models are compared. For
 * the number to mean something, p must be a probability over the data's discrete values (256 levels, say), not a density.
 *
 * @param logLikelihood - log p(x) of an example, in nats.
 * @param dimensions - Values in an example: height · width · channels.
 * @throws ConfigError for dimensions below 1, or a log-likelihood that is no number.
 * @example
 * ```ts
 * import { bitsPerDimension } from "@latentkit/metrics";
 * bitsPerDimension(-2 * Math.log(2), 4); // 0.5
 * ```
 */
export function bitsPerDimension(logLikelihood: number, dimensions: number): number {
  const isNumber = typeof logLikelihood === "number" && !Number.isNaN(logLikelihood);
  check("bitsPerDimension").that("logLikelihood", logLikelihood, isNumber, "a number");
  check("bitsPerDimension").integer("dimensions", dimensions, { min: 1 });
  return -logLikelihood / (dimensions * Math.LN2);
}
