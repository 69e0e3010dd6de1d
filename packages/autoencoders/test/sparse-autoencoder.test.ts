import { useBackend } from "@latentkit/backends";
import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { glyphs } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type SparseAutoencoderOptions, sparseAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<SparseAutoencoderOptions> = {}) =>
  sparseAutoencoder({ ...smallNetworks({ outputActivation: "sigmoid" }), ...options });

for (const penalty of ["kl", "l1"] as const) {
  describeModel(`sparseAutoencoder with ${penalty}`, {
    factory: sparseAutoencoder,
    create: () => create({ penalty }),
    batch: smallBatch,
    invalid: {
      "a misspelt option": () => create({ rho: 1 } as never),
      "an unknown penalty": () => create({ penalty: "l2" as never }),
      "a target of 0": () => create({ target: 0 }),
      "a negative weight": () => create({ weight: -1 }),
      "codes that leave [0, 1] under kl": () =>
        create({ ...smallNetworks({ outputActivation: "relu" }), penalty: "kl" }),
    },
  });
}

describe("sparseAutoencoder", () => {
  const partsOf = async (options: Partial<SparseAutoencoderOptions>) => {
    const model = create(options);
    const { x } = smallBatch();
    const { total, parts } = tf.tidy(() => {
      const loss = model.objectives[0]!.loss({ x }, stepContext(random(1)));
      return { total: loss.total, parts: { ...loss.parts! } };
    });
    const codes = model.encode(x);
    const values = (await codes.array()) as number[][];
    const [loss, reconstruction, sparsity, activation] = await Promise.all(
      [total, parts.reconstruction!, parts.sparsity!, parts.activation!].map(async (part) => (await part.data())[0]!),
    );
    tf.dispose([total, parts as never, codes, x]);
    model.dispose();
    return { loss: loss!, reconstruction: reconstruction!, sparsity: sparsity!, activation: activation!, values };
  };

  it("adds λ Σⱼ KL(p ‖ qⱼ) with qⱼ the mean activation over the batch", async () => {
    const p = 0.2;
    const { loss, reconstruction, sparsity, activation, values } = await partsOf({ target: p, weight: 0.7 });
    const means = values[0]!.map((_, j) => values.reduce((sum, row) => sum + row[j]!, 0) / values.length);
    const expected = means.reduce((sum, q) => sum + p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q)), 0);
    expect(sparsity).toBeCloseTo(expected, 4);
    expect(loss).toBeCloseTo(reconstruction + 0.7 * expected, 4);
    expect(activation).toBeCloseTo(means.reduce((sum, q) => sum + q, 0) / means.length, 5);
  });

  it("or adds λ Σⱼ |hⱼ|, averaged over the batch", async () => {
    const { loss, reconstruction, sparsity, values } = await partsOf({ penalty: "l1", weight: 0.3 });
    const expected = values.flat().reduce((sum, h) => sum + Math.abs(h), 0) / values.length;
    expect(sparsity).toBeCloseTo(expected, 5);
    expect(loss).toBeCloseTo(reconstruction + 0.3 * expected, 5);
  });

  it("holds the mean activation within 20 % of its target at the default weight", async () => {
    await useBackend("wasm");
    const shape = { hiddenUnits: [], latentDim: 50, seed: 1 };
    const model = sparseAutoencoder({
      encoder: mlpEncoder({ inputShape: [28, 28, 1], ...shape, outputActivation: "sigmoid" }),
      decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
      target: 0.05,
    });
    const { history } = await train(model, glyphs({ count: 256, seed: 1 }), {
      ...{ steps: 150, batchSize: 128, optimizers: adam({ learningRate: 5e-3 }) },
    });
    model.dispose();
    await useBackend("cpu");
    expect(history.at(-1)!["sparseAutoencoder/activation"]! / 0.05).toBeGreaterThan(0.8);
    expect(history.at(-1)!["sparseAutoencoder/activation"]! / 0.05).toBeLessThan(1.2);
    expect(history.at(-1)!["sparseAutoencoder/reconstruction"]!).toBeLessThan(
      0.7 * history[0]!["sparseAutoencoder/reconstruction"]!,
    );
  });
});
