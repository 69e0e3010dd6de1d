import type { Dataset, LabelledBatch } from "@latentkit/core";
import type { InfoGan } from "@latentkit/gan";
import * as tf from "@tensorflow/tfjs";

/** How the categorical code divides labelled images. */
export interface NamedDigits {
  /** Share of images whose code is named after their digit. */
  readonly accuracy: number;
  /** The digit of each code. */
  readonly names: readonly number[];
  /** Images by digit (rows) and by the code that the recogniser gives them (columns). */
  readonly counts: readonly (readonly number[])[];
}

/**
 * Names each code after the digit that most of its images show; several codes may name one digit, as in the paper. Labels
 * serve to judge, never to train.
 */
export async function namedDigits(model: InfoGan, images: Dataset<LabelledBatch>): Promise<NamedDigits> {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for await (const { x, label } of images.batches({ batchSize: 500 })) {
    const code = tf.tidy(() => tf.argMax(model.recognise(x)[0]!, 1));
    const [found, digits] = [await code.data(), await label.data()];
    for (const [i, digit] of digits.entries()) counts[digit]![found[i]!]!++;
    tf.dispose([x, label, code]);
  }
  const names = counts[0]!.map((_, code) =>
    counts.reduce((best, row, digit) => (row[code]! > counts[best]![code]! ? digit : best), 0),
  );
  const right = names.reduce((sum, digit, code) => sum + counts[digit]![code]!, 0);
  const total = counts.flat().reduce((sum, n) => sum + n, 0);
  return { accuracy: right / total, names, counts };
}
