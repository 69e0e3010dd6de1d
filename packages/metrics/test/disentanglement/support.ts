import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { FactorExamples } from "../../src/index.js";
import type { FactorCodes } from "../../src/internal/disentanglement/factor-codes.js";

/** A dataset whose pictures are the codes themselves. */
export function examplesOf(codes: readonly (readonly number[])[], factors: readonly (readonly number[])[]) {
  const data: FactorExamples = {
    size: codes.length,
    async *batches({ batchSize, random: source }) {
      const order = source?.permutation(codes.length) ?? codes.keys();
      const rows = [...order];
      for (let start = 0; start < rows.length; start += batchSize) {
        const part = rows.slice(start, start + batchSize);
        yield {
          x: tf.tensor2d(part.map((row) => [...codes[row]!])),
          factors: tf.tensor2d(
            part.map((row) => [...factors[row]!]),
            undefined,
            "int32",
          ),
        };
      }
    },
  };
  return data;
}

/** A model whose codes are the data. */
export const identity = (latentDim: number) => ({ latentDim, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D });

/** Uniform factors, each with its number of classes. */
export function uniformFactors(count: number, classes: readonly number[], seed = 1): number[][] {
  const words = random(seed).fillWords(new Uint32Array(count * classes.length));
  return Array.from({ length: count }, (_, i) =>
    classes.map((most, k) => Math.floor((words[i * classes.length + k]! / 2 ** 32) * most)),
  );
}

/** Normal numbers, rows of a size. */
export function normalRows(count: number, size: number, seed = 2): number[][] {
  const values = random(seed).fillNormal(new Float32Array(count * size));
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));
}

/** Rows as scores hold them. */
export function asCodes(codes: readonly (readonly number[])[], factors: readonly (readonly number[])[]): FactorCodes {
  const columns = factors[0]!.map((_, index) => Int32Array.from(factors, (row) => row[index]!));
  return {
    count: codes.length,
    size: codes[0]!.length,
    codes: Float32Array.from(codes.flat()),
    factors: columns.map((labels, index) => ({ index, labels, classes: Math.max(...labels) + 1 })),
  };
}
