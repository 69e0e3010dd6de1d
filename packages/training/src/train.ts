import type { Batch, Dataset, Model } from "@latentkit/core";
import { CheckpointError } from "@latentkit/core";
import { useSignal } from "./abort-on-interrupt.js";
import { checkTrainOptions } from "./check-options.js";
import { folderStore } from "./checkpoints/folder-store.js";
import type { TrainOptions, TrainResult } from "./options.js";
import { fullOptions } from "./plain-options.js";
import { claim } from "./run/claims.js";
import { Run } from "./run/run.js";

/**
 * Trains a model: for each step, each objective in turn draws a batch, computes its loss and moves its networks.
 *
 * The same seed, data, options and backend give the same weights, bit for bit, also when the run is killed and resumed
 * from a checkpoint. The networks of the model are changed in place.
 *
 * @param dataset - Cut into batches of one size, in an order that depends on the seed and the epoch.
 * @throws ConfigError for options that cannot work, DataError for too little data, DivergenceError when a loss or a
 *   weight stops being finite, CheckpointError when a checkpoint belongs to another run, DeviceLostError when the device that
 *   computes is gone.
 * @example
 * ```ts
 * import { glyphs } from "@latentkit/data";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { adam, train } from "@latentkit/training";
 * import { vae } from "@latentkit/vae";
 *
 * const [inputShape, latentDim] = [[28, 28, 1], 8];
 * const model = vae({
 *   encoder: mlpGaussianEncoder({ inputShape, hiddenUnits: [32], latentDim }),
 *   decoder: mlpDecoder({ latentDim, hiddenUnits: [32], outputShape: inputShape }),
 * });
 * const { history } = await train(model, glyphs({ count: 256 }), { steps: 4, optimizers: adam() });
 * ```
 */
export async function train<B extends Batch>(
  model: Model<B>,
  dataset: Dataset<B>,
  options: TrainOptions<B>,
): Promise<TrainResult> {
  const full = fullOptions(options);
  checkTrainOptions(model, dataset, full);
  const release = claim(model);
  const endUse = useSignal(full.signal);
  try {
    const run = new Run(model, dataset, full);
    let outcome: { readonly result: TrainResult } | { readonly error: unknown };
    try {
      await run.start();
      outcome = { result: await run.finish() };
    } catch (error) {
      outcome = { error: run.explain(error) };
    }
    await run.close("result" in outcome);
    if ("error" in outcome) throw outcome.error;
    return outcome.result;
  } finally {
    endUse();
    release();
  }
}

/**
 * Continues the run whose checkpoints are in a folder: {@link train} with `checkpoint.resume`, and an error instead of a
 * fresh start when the folder has none.
 *
 * @param options - Those the run was started with; `steps` or `epochs` may be larger.
 * @throws CheckpointError when the folder has no checkpoint, or one of another run.
 */
export async function resume<B extends Batch>(
  folder: string,
  model: Model<B>,
  dataset: Dataset<B>,
  options: TrainOptions<B>,
): Promise<TrainResult> {
  if ((await folderStore(folder).list()).length === 0) {
    throw new CheckpointError(`resume: expected checkpoints in ${folder}, received none; start the run with train.`);
  }
  const { checkpoint } = fullOptions(options);
  return train(model, dataset, { ...options, checkpoint: { ...checkpoint, folder, resume: true } });
}
