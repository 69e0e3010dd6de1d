import * as tf from "@tensorflow/tfjs";
import type { Draw, Nd } from "./arrays.js";
import type { Generator } from "./case.js";

const LETTERS = "abc-";

const word = (draw: Draw, most = 4): string =>
  Array.from({ length: draw.integer(0, most) }, () => draw.pick([..."abc"])).join("");

const list = (values: readonly number[], shape: readonly number[] = [values.length]): Nd => ({
  ...{ shape, dtype: "int32" },
  values,
});

/** A short text as a number, so that tensors of texts can be compared like others. */
function code(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 5 + LETTERS.indexOf(letter) + 1) % 2147483647, 7);
}

const coded = (texts: tf.Tensor): tf.Tensor => tf.tensor1d((texts.dataSync() as never as string[]).map(code), "int32");

const split: Generator = (draw) => {
  const texts = Array.from({ length: draw.integer(1, 4) }, () =>
    Array.from({ length: draw.integer(1, 3) }, () => word(draw)).join("-"),
  );
  const skipEmpty = draw.chance(0.5);
  // An empty text has no parts.
  const parts = texts.map((text) => text.split("-").filter((part) => text !== "" && (!skipEmpty || part !== "")));
  const most = Math.max(0, ...parts.map(({ length }) => length));
  return {
    name: `stringSplit ${JSON.stringify(texts)}, skipEmpty ${skipEmpty}`,
    run: () => {
      const found = tf.string.stringSplit(tf.tensor1d(texts), tf.scalar("-") as tf.Scalar, skipEmpty);
      return [found.indices!, coded(found.values!), found.shape!];
    },
    expected: [
      list(
        parts.flatMap((row, i) => row.flatMap((_, k) => [i, k])),
        [parts.flat().length, 2],
      ),
      list(parts.flat().map(code)),
      list([texts.length, most]),
    ],
  };
};

const grams: Generator = (draw) => {
  const rows = Array.from({ length: draw.integer(1, 3) }, () =>
    Array.from({ length: draw.integer(1, 4) }, () => `a${word(draw, 2)}`),
  );
  const widths = draw.pick([[1], [2], [1, 2], [3]]);
  const [padding, preserve] = [draw.pick([-1, 0, 1]), draw.chance(0.3)];
  const of = (row: readonly string[]): string[] => {
    const found = widths.flatMap((width) => {
      const side = Math.min(padding < 0 ? width - 1 : padding, width - 1);
      const whole = [...Array<string>(side).fill("b"), ...row, ...Array<string>(side).fill("c")];
      return Array.from({ length: Math.max(0, whole.length - width + 1) }, (_, i) =>
        whole.slice(i, i + width).join("-"),
      );
    });
    if (found.length > 0 || !preserve) return found;
    const side = Math.max(0, padding);
    return [[...Array<string>(side).fill("b"), ...row, ...Array<string>(side).fill("c")].join("-")];
  };
  const starts = (lists: readonly (readonly unknown[])[]): number[] => {
    const found = [0];
    for (const { length } of lists) found.push(found.at(-1)! + length);
    return found;
  };
  const results = rows.map(of);
  return {
    name: `stringNGrams ${JSON.stringify(rows)}, widths ${widths}, padding ${padding}, short ${preserve}`,
    run: () => {
      const [data, splits] = [tf.tensor1d(rows.flat()), tf.tensor1d(starts(rows), "int32")];
      const found = tf.string.stringNGrams(data, splits, "-", widths, "b", "c", padding, preserve);
      return [coded(found.nGrams!), found.nGramsSplits!];
    },
    expected: [list(results.flat().map(code)), list(starts(results))],
  };
};

const MASK = (1n << 64n) - 1n;
const K2 = 0x9ae16a3b2f90404fn;

/**
 * FarmHash's 64-bit fingerprint of at most 16 bytes.
 *
 * Source: Pike, "FarmHash", 2014, function HashLen0to16.
 */
function fingerprint(bytes: Uint8Array): bigint {
  const length = BigInt(bytes.length);
  const take = (at: number, count: number): bigint =>
    bytes.slice(at, at + count).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const rotate = (x: bigint, by: bigint): bigint => ((x >> by) | (x << (64n - by))) & MASK;
  const mix = (x: bigint): bigint => x ^ (x >> 47n);
  const pair = (u: bigint, v: bigint, by: bigint): bigint => {
    const a = mix(((u ^ v) * by) & MASK);
    return (mix(((v ^ a) * by) & MASK) * by) & MASK;
  };
  const by = (K2 + length * 2n) & MASK;
  if (bytes.length >= 8) {
    const a = (take(0, 8) + K2) & MASK;
    const b = take(bytes.length - 8, 8);
    return pair((rotate(b, 37n) * by + a) & MASK, ((rotate(a, 25n) + b) * by) & MASK, by);
  }
  if (bytes.length >= 4) return pair((length + (take(0, 4) << 3n)) & MASK, take(bytes.length - 4, 4), by);
  if (bytes.length === 0) return K2;
  const [a, b, c] = [bytes[0]!, bytes[bytes.length >> 1]!, bytes[bytes.length - 1]!];
  const [y, z] = [BigInt(a + (b << 8)), length + (BigInt(c) << 2n)];
  return (mix(((y * K2) ^ (z * 0xc3a5c85c97cb3127n)) & MASK) * K2) & MASK;
}

const buckets: Generator = (draw) => {
  const texts = Array.from({ length: draw.integer(1, 5) }, () => word(draw, 16));
  const count = draw.integer(1, 1000);
  return {
    name: `stringToHashBucketFast ${JSON.stringify(texts)} into ${count}`,
    run: () => tf.string.stringToHashBucketFast(tf.tensor1d(texts), count),
    expected: list(texts.map((text) => Number(fingerprint(new TextEncoder().encode(text)) % BigInt(count)))),
  };
};

/** Operations on texts. */
export const text: readonly Generator[] = [split, grams, buckets];
