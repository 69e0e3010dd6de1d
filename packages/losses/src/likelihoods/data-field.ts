import type { FieldSpec } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import type { Likelihood } from "./likelihood.js";

/**
 * The field of a batch that a likelihood scores: its shape, and the values that have a likelihood.
 *
 * @param shape - Batch axis included; `null` stands for any size.
 * @throws ConfigError for what is no shape, or no likelihood.
 */
export function dataField(shape: readonly (number | null)[], likelihood: Likelihood): FieldSpec {
  const must = check("dataField");
  const isSize = (size: unknown): boolean => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  must.that("shape", shape, Array.isArray(shape) && shape.every(isSize), "sizes, or null for open ones");
  const scores = typeof (likelihood as Partial<Likelihood> | null | undefined)?.negativeLogLikelihood === "function";
  must.that("likelihood", likelihood, scores, "a likelihood such as bernoulli()");
  const { support } = likelihood;
  return { shape, ...(support && { support }) };
}
