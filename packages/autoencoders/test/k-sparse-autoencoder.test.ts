import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type KSparseAutoencoderOptions, kSparseAutoencoder } from "../src/index.js";
import { keepLargest } from "../src/internal/keep-largest.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<KSparseAutoencoderOptions> = {}) =>
  kSparseAutoencoder({ ...smallNetworks(), k: 2, ...options });

describeModel("kSparseAutoencoder", {
  factory: kSparseAutoencoder,
  create,
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => create({ sparsity: 1 } as never),
    "no k": () => create({ k: undefined as never }),
    "a k larger than the code": () => create({ k: 4 }),
    "an alpha below 1": () => create({ alpha: 0.5 }),
  },
});

describe("kSparseAutoencoder", () => {
  it("keeps the k largest values of each row and passes gradients to them alone", async () => {
    const h = tf.tensor2d([
      [3, -1, 2, 0],
      [-5, -4, -3, -2],
    ]);
    // Plus 0, because a negative value times 0 is −0.
    const kept = tf.tidy(() => tf.add(keepLargest(h, 2), 0));
    const slopes = tf.tidy(() => tf.grad((y) => tf.sum(keepLargest(y as tf.Tensor2D, 2)))(h));
    expect(await kept.array()).toEqual([
      [3, 0, 2, 0],
      [0, 0, -3, -2],
    ]);
    expect(await slopes.array()).toEqual([
      [1, 0, 1, 0],
      [0, 0, 1, 1],
    ]);
    tf.dispose([h, kept, slopes]);
  });

  it("has codes of k values, or α k after training", async () => {
    const { x } = smallBatch();
    for (const [options, expected] of [
      [{ k: 1 }, 1],
      [{ k: 1, alpha: 2 }, 2],
    ] as const) {
      const model = create(options);
      const codes = model.encode(x);
      for (const row of (await codes.array()) as number[][])
        expect(row.filter((value) => value !== 0)).toHaveLength(expected);
      tf.dispose(codes);
      model.dispose();
    }
    x.dispose();
  });

  it("reconstructs from the kept values in its loss", async () => {
    const model = create();
    const { x } = smallBatch();
    const [loss, expected] = tf.tidy(() => [
      model.objectives[0]!.loss({ x }, stepContext(random(1))).total,
      tf.losses.meanSquaredError(x, model.reconstruct(x)) as tf.Scalar,
    ]);
    expect((await loss!.data())[0]).toBeCloseTo((await expected!.data())[0]!, 6);
    tf.dispose([loss!, expected!, x]);
    model.dispose();
  });
});
