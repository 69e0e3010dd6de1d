import { type DataBatch, type Dataset, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Normal values `[size, 4]` as a dataset with core's own means, so that these tests stand on core alone. */
export function tinyData(size = 40): Dataset<DataBatch> {
  const values = random(1)
    .stream("tiny")
    .fillNormal(new Float32Array(size * 4));
  return {
    size,
    async *batches({ batchSize, epoch = 0, random: stream, skip = 0, partial = "keep" }) {
      const order =
        stream?.stream("order").at(epoch).permutation(size) ?? Uint32Array.from({ length: size }, (_, i) => i);
      for (let begin = skip * batchSize; begin < size; begin += batchSize) {
        const rows = [...order.subarray(begin, begin + batchSize)];
        if (rows.length < batchSize && partial === "drop") return;
        yield { x: tf.tensor2d(rows.map((row) => [...values.subarray(row * 4, row * 4 + 4)])) };
      }
    },
  };
}

/** The bytes of all weights, state included, as text to compare. */
export async function fingerprint(variables: Iterable<tf.Variable>): Promise<string> {
  const parts: string[] = [];
  for (const variable of variables)
    parts.push(Buffer.from(new Uint8Array((await variable.data()).slice().buffer)).toString("hex"));
  return parts.join(" ");
}
