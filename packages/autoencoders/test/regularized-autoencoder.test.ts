import { random } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { fromTensors } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { fitGaussianMixture, withPrior } from "@latentkit/losses";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type RegularizedAutoencoderOptions, regularizedAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<RegularizedAutoencoderOptions> & Record<string, unknown> = {}) =>
  regularizedAutoencoder({ ...smallNetworks(), ...options });

for (const regularizer of ["l2", "gradientPenalty", "spectral"] as const) {
  describeModel(`regularizedAutoencoder, ${regularizer}`, {
    factory: regularizedAutoencoder,
    create: () => create({ regularizer }),
    batch: smallBatch,
    invalid: {
      "an unknown regularizer": () => create({ regularizer: "l1" as never }),
      "a negative weight": () => create({ weight: -1 }),
      "a misspelt option": () => create({ regulariser: "l2" }),
    },
  });
}

/** Named numbers of a model's loss on the small batch. */
async function parts(model: ReturnType<typeof create>, seed = 1): Promise<Record<string, number>> {
  const values = tf.tidy(() => {
    const loss = model.objectives[0]!.loss(smallBatch(), stepContext(random(seed), 0, true));
    return { ...loss.parts, total: loss.total };
  });
  const found = await Promise.all(
    Object.entries(values).map(async ([name, value]) => [name, (await value.data())[0]!] as const),
  );
  tf.dispose(values as never);
  return Object.fromEntries(found);
}

/** The largest singular value of a matrix by 500 steps of power iteration in double precision. */
function largest(rows: readonly (readonly number[])[]): number {
  let v = rows[0]!.map((_, i) => 1 + 0.1 * i);
  let norm = 0;
  for (let step = 0; step < 500; step++) {
    const u = rows.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
    v = rows[0]!.map((_, j) => rows.reduce((sum, row, i) => sum + row[j]! * u[i]!, 0));
    norm = Math.hypot(...v);
    v = v.map((value) => value / norm);
  }
  return Math.sqrt(norm);
}

const kernels = async (network: tf.LayersModel) =>
  Promise.all(
    trainableVariables([network])
      .filter(({ shape }) => shape.length === 2)
      .map(async (kernel) => (await kernel.array()) as number[][]),
  );

describe("regularizedAutoencoder", () => {
  it("adds half the squared codes and the squared weights of the decoder", async () => {
    const model = create({ weight: 0.3, codeWeight: 0.7 });
    const { total, reconstruction, code, penalty } = await parts(model);
    const weights = await Promise.all(trainableVariables([model.networks.decoder]).map((one) => one.data()));
    const squares = weights.flatMap((values) => [...values]).reduce((sum, value) => sum + value ** 2, 0);
    const z = tf.tidy(() => model.encode(smallBatch().x));
    const codes = [...(await z.data())];
    expect(penalty).toBeCloseTo(squares, 3);
    expect(code).toBeCloseTo(codes.reduce((sum, value) => sum + value ** 2, 0) / 2 / 4, 5);
    expect(total).toBeCloseTo(reconstruction! + 0.7 * code! + 0.3 * penalty!, 4);
    z.dispose();
    model.dispose();
  });

  it("estimates the squared slopes of the decoder without bias: ‖W‖² of a linear one", async () => {
    const decoder = mlpDecoder({ latentDim: 3, hiddenUnits: [], outputShape: [4, 4, 1], seed: 2 });
    const model = create({ decoder, regularizer: "gradientPenalty" });
    const [kernel] = await kernels(decoder);
    const truth = kernel!.flat().reduce((sum, value) => sum + value ** 2, 0);
    const values: number[] = [];
    for (let seed = 0; seed < 80; seed++) values.push((await parts(model, seed)).penalty!);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const error = deviation / Math.sqrt(values.length);
    expect(Math.abs(mean - truth)).toBeLessThan(4 * error); // four standard errors
    expect(error).toBeLessThan(0.1 * truth);
    model.dispose();
  });

  it("holds the largest singular value of each of the decoder's kernels at 1, and leaves smaller ones", async () => {
    const model = create({ regularizer: "spectral" });
    const { decoder, encoder } = model.networks;
    const [first, second] = trainableVariables([decoder]).filter(({ shape }) => shape.length === 2);
    tf.tidy(() => {
      first!.assign(tf.mul(first!, 5));
      second!.assign(tf.mul(second!, 0.01));
    });
    const small = await second!.array();
    const others = JSON.stringify(await kernels(encoder));
    // The kept direction follows the kernel by one step of the iteration an update; the kernel stands still here.
    for (let update = 0; update < 30; update++) model.objectives[0]!.after!(stepContext(random(1), update, true));
    expect(largest((await kernels(decoder))[0]!)).toBeCloseTo(1, 3);
    expect(await second!.array()).toEqual(small);
    expect(JSON.stringify(await kernels(encoder))).toBe(others);
    model.dispose();
  });

  it("trains within the bound, and draws from a fitted prior", async () => {
    const shape = { latentDim: 2, hiddenUnits: [8] };
    const model = regularizedAutoencoder({
      encoder: mlpEncoder({ inputShape: [6], ...shape, seed: 1 }),
      decoder: mlpDecoder({ outputShape: [6], ...shape, seed: 2 }),
      regularizer: "spectral",
    });
    const x = random(3).uniform([128, 6]);
    const data = await fromTensors({ x });
    await train(model, data, { steps: 60, batchSize: 32, seed: 1, optimizers: adam({ learningRate: 0.01 }) });
    // One step of the iteration an update lags behind kernels that move.
    for (const kernel of await kernels(model.networks.decoder)) expect(largest(kernel)).toBeLessThan(1.02);
    const codes = model.encode(x);
    const { prior } = await fitGaussianMixture(codes, { components: 2, seed: 1 });
    const samples = withPrior(model, prior).sample(5, random(1));
    expect(samples.shape).toEqual([5, 6]);
    tf.dispose([x, codes, samples]);
    model.dispose();
  });
});
