import { DataError, type Dataset } from "@latentkit/core";
import { check, checkShape, checkTensor } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Refuses what is no tensor of images, or is disposed. */
export function checkImages(owner: string, name: string, images: unknown): asserts images is tf.Tensor {
  checkTensor(owner, name, images);
  checkShape(owner, name, images.shape, [null, null, null, null]);
}

/** Refuses what lacks the functions that are called. */
export function checkModel(owner: string, model: unknown, functions: readonly string[]): void {
  const fits = functions.every((name) => typeof (model as Record<string, unknown> | null)?.[name] === "function");
  check(owner).that("model", model, fits, `a model with \`${functions.join("` and `")}\``);
}

/**
 * Hands on a tensor of images, or `x` of a dataset's first examples, which are disposed of afterwards.
 *
 * @throws ConfigError for anything else; DataError for a dataset without images in `x`.
 */
export async function withImages<T>(
  owner: string,
  name: string,
  source: tf.Tensor | Dataset,
  count: number,
  use: (images: tf.Tensor) => Promise<T>,
): Promise<T> {
  if (!isDataset(source)) {
    checkImages(owner, name, source);
    return use(source);
  }
  for await (const batch of source.batches({ batchSize: count })) {
    try {
      const { x } = batch;
      if (x instanceof tf.Tensor && x.rank === 4) return await use(x);
      throw new DataError(
        `${owner}: expected a dataset with images \`x\` [batch, height, width, channels], received ${Object.entries(
          batch,
        )
          .map(([field, { shape }]) => `\`${field}\` [${shape.join(", ")}]`)
          .join(", ")}; pass the tensor of images itself.`,
      );
    } finally {
      tf.dispose(batch);
    }
  }
  throw new DataError(`${owner}: expected a dataset with at least one example, received an empty one.`);
}

function isDataset(source: unknown): source is Dataset {
  return typeof (source as Partial<Dataset> | null)?.batches === "function";
}
