import type { Given } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Examples with their codes and conditions. */
export interface Part {
  readonly x: tf.Tensor;
  readonly codes: tf.Tensor2D;
  readonly given: Given | undefined;
}

/** Parts as one. The caller disposes all of them. */
export function joinParts(parts: readonly Part[]): Part {
  const join = <T extends tf.Tensor>(of: (part: Part) => T): T => tf.concat(parts.map(of), 0) as T;
  const names = Object.keys(parts[0]?.given ?? {});
  return {
    x: join(({ x }) => x),
    codes: join(({ codes }) => codes),
    given: parts[0]?.given && Object.fromEntries(names.map((name) => [name, join(({ given }) => given![name]!)])),
  };
}

/** Some of the examples of a part. */
export function slicePart({ x, codes, given }: Part, start: number, count: number): Part {
  const cut = <T extends tf.Tensor>(tensor: T): T => tf.slice(tensor, start, count) as T;
  return {
    x: cut(x),
    codes: cut(codes),
    given: given && Object.fromEntries(Object.entries(given).map(([name, value]) => [name, cut(value)])),
  };
}
