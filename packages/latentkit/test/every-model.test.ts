import { type Batch, ConfigError, DataError, type Dataset, type Model } from "@latentkit/core";
import { train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { KINDS } from "../src/kinds.js";
import { COUNT, FAMILIES, repeated } from "./every-model.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** One model of each kind. */
const kinds = new Map<string, readonly [make: () => Model<never>, batch: () => Batch]>();
for (const [make, batch] of Object.values(FAMILIES).flatMap((family) => Object.values(family))) {
  const model = make();
  if (!kinds.has(model.kind)) kinds.set(model.kind, [make, batch]);
  model.dispose();
}

/** Batches of the first examples. */
const ofSize = (make: () => Batch, size: number): Dataset<never> => ({
  ...repeated(() => tf.tidy(() => firstOf(make(), size) as tf.TensorContainer) as unknown as Batch),
  size: 8 * size,
});
const firstOf = (batch: Batch, size: number): Batch =>
  Object.fromEntries(Object.entries(batch).map(([name, field]) => [name, tf.slice(field, 0, size)]));

const weightsOf = async (model: Model<never>): Promise<unknown[]> =>
  Promise.all(Object.values(model.networks).flatMap((one) => one.getWeights().map((weight) => weight.data())));

/** A run of one step: what it ends in, and whether a step was done or a weight moved. */
async function attempt(model: Model<never>, data: Dataset<never>, batchSize: number): Promise<unknown> {
  let began = 0;
  const before = await weightsOf(model);
  const counter = { name: "counter", onStep: () => void began++ };
  try {
    const { history } = await train(model, data, { steps: 1, batchSize, logEvery: 1, callbacks: [counter] });
    return history.flatMap((row) => Object.values(row)).every(Number.isFinite) ? "trained" : history;
  } catch (error) {
    expect(began, "steps before the error").toBe(0);
    expect(await weightsOf(model), "weights after the error").toEqual(before);
    return error;
  }
}

describe("every kind of model", () => {
  it("has a case here", () => {
    // A prior that is fitted after training trains nothing of its own.
    const expected = KINDS.map(({ kind }) => kind).filter(
      (kind) => kind !== "withPrior" && kind !== "greedyAutoencoder",
    );
    expect([...kinds.keys()].filter((kind) => kind !== "greedyStage").sort()).toEqual(expected.sort());
  });

  it.each([...kinds])("%s: frozen networks train what is left, or are refused by name", async (_, [make, batch]) => {
    const names = Object.keys(make().networks);
    for (const frozen of [...names.map((name) => [name]), names]) {
      const model = make();
      for (const name of frozen) model.networks[name]!.trainable = false;
      const outcome = await attempt(model, ofSize(batch, COUNT), COUNT);
      if (outcome !== "trained") {
        expect(outcome, frozen.join()).toBeInstanceOf(ConfigError);
        expect((outcome as Error).message).toMatch(/to have weights to train, received none: its networks .* frozen/);
      }
      if (frozen.length === names.length && names.length > 1) expect(outcome).not.toBe("trained");
      model.dispose();
    }
  });

  it.each([...kinds])(
    "%s: batches of one and two train, or are refused before anything moves",
    async (_, [make, batch]) => {
      for (const size of [1, 2]) {
        const model = make();
        const outcome = await attempt(model, ofSize(batch, size), size);
        if (outcome !== "trained") {
          expect(outcome).toBeInstanceOf(DataError);
          expect((outcome as Error).message).toMatch(/1.*a larger `batchSize`/);
          expect(size).toBe(1);
        }
        model.dispose();
      }
    },
  );
});
