import type { Batch } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import type { Transform } from "../array-dataset.js";
import type { Standardizer } from "../standardize.js";

/** Any map, with its types forgotten. */
export type AnyTransform = Transform<Batch, Batch>;

/**
 * The function behind what `map` was given: a transform, or a standardizer.
 *
 * @throws ConfigError for anything else.
 */
export function transformOf<B extends Batch, C extends Batch>(given: Transform<B, C> | Standardizer): AnyTransform {
  const found = typeof given === "function" ? given : (given as Partial<Standardizer> | undefined)?.apply;
  const mend = (given as unknown) instanceof Promise ? "; await it first" : "";
  const expected = `a function of a batch, or what standardize gives${mend}`;
  check("map").that("transform", given, typeof found === "function", expected);
  return found as unknown as AnyTransform;
}
