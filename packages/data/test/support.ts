import type { Batch, Dataset } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** One pass's values of a field, batch by batch; the batches are disposed. */
export async function read(batches: AsyncIterable<Batch>, field = "x"): Promise<number[][]> {
  const out: number[][] = [];
  for await (const batch of batches) {
    out.push([...(await batch[field]!.data())]);
    tf.dispose(batch as tf.TensorContainer);
  }
  return out;
}

/** What a promise or a function throws. */
export async function thrown(action: Promise<unknown> | (() => unknown)): Promise<Error> {
  try {
    await (typeof action === "function" ? action() : action);
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected an error, received none");
}

/** Reads a whole pass and throws what it throws. */
export async function drain(dataset: Dataset, batchSize = 4): Promise<void> {
  await read(dataset.batches({ batchSize }));
}
