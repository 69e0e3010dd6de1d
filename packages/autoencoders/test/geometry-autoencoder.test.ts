import { DataError, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { fromTensors, standardize, swissRoll } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { isomap, rankCorrelation } from "@latentkit/metrics";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type GeometryAutoencoderOptions, type GeometryBatch, geometryAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<GeometryAutoencoderOptions> = {}) =>
  geometryAutoencoder({ ...smallNetworks(), ...options });
const batch = () => ({ ...smallBatch(), embedding: random(6).normal([4, 3]) });

describeModel<GeometryBatch, ReturnType<typeof create>>("geometryAutoencoder", {
  factory: geometryAutoencoder,
  create,
  batch,
  invalid: {
    "a misspelt option": () => create({ lambda: 1 } as never),
    "a weight below 0": () => create({ weight: -1 }),
    "an embedding of another size": () =>
      create().checkBatch!({ ...smallBatch(), embedding: tf.zeros([4, 2]) } as never),
  },
});

describe("geometryAutoencoder", () => {
  it("adds the mean squared distance of codes and embedding", async () => {
    const model = create({ weight: 0.5 });
    const given = batch();
    const values = tf.tidy(() => {
      const { total, parts } = model.objectives[0]!.loss(given, stepContext(random(1)));
      const apart = tf.sub(model.encode(given.x), given.embedding);
      return tf.stack([total, parts!.reconstruction!, tf.div(tf.sum(tf.square(apart)), 4)]);
    });
    const [total, reconstruction, geometry] = await values.data();
    expect(total).toBeCloseTo(reconstruction! + 0.5 * geometry!, 5);
    model.dispose();
  });

  it("asks for the embedding before training", async () => {
    const { x } = batch();
    await expect(train(create(), await fromTensors({ x }), { steps: 1, batchSize: 4 })).rejects.toThrow(DataError);
  });

  it("finds the way along a Swiss roll for points that it has not seen", async () => {
    const [roll, fresh] = [swissRoll({ count: 600, seed: 1 }), swissRoll({ count: 300, seed: 2 })];
    const scaling = await standardize(roll);
    const scaled = roll.map(scaling.apply);
    const flat = await isomap(scaled, { neighbours: 8, landmarks: 50 });
    const { x } = scaled.gather();
    const data = await fromTensors({ x, embedding: tf.div(flat, 4) });
    const shape = { hiddenUnits: [48, 48], latentDim: 2, activation: "gelu" } as const;
    const model = geometryAutoencoder({
      encoder: mlpEncoder({ inputShape: [3], ...shape }),
      decoder: mlpDecoder({ outputShape: [3], ...shape }),
    });
    await train(model, data, { steps: 250, batchSize: 100, optimizers: adam({ learningRate: 1e-2 }) });
    const codes = (await model.encode(fresh.map(scaling.apply).gather().x).array()) as number[][];
    const along = fresh.values("position").filter((_, i) => i % 2 === 0);
    const found = rankCorrelation(
      codes.map(([first]) => first!),
      along,
    );
    // Reconstruction alone stays below 0.5; after thousands of steps it is above 0.99.
    expect(Math.abs(found)).toBeGreaterThan(0.95);
    model.dispose();
  });
});
