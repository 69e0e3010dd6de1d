import { readFile } from "node:fs/promises";
import { random, ShapeError, UnsupportedError } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { ladderNetworks, mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type LadderVaeOptions, ladderVae } from "../src/index.js";
import { familyBatch, familyShape } from "./family.js";
import { expectParts, fixedNoise } from "./reference.js";

interface Linear {
  readonly kernel: number[][];
  readonly bias: number[];
}

interface LadderReference {
  readonly sizes: number[];
  readonly networks: Readonly<Record<string, Linear>>;
  readonly x: number[][];
  readonly noise: number[][];
  readonly codes: number[][];
  readonly divergences: number[][];
  readonly reconstruction: number[];
  readonly logWeights: number[];
  readonly deviation: number;
  readonly logLikelihood: number[];
}

let reference: LadderReference;
tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
  reference = JSON.parse(await readFile(new URL("fixtures/ladder.json", import.meta.url), "utf8"));
});

const networks = (options: object = {}) =>
  ladderNetworks({ inputShape: familyShape, latentDims: [4, 3, 2], hiddenUnits: [8, 6, 5], seed: 1, ...options });
const create = (options: Partial<LadderVaeOptions> & Record<string, unknown> = {}) =>
  ladderVae({ ...(options.encoder && options.levels ? {} : networks()), ...options } as LadderVaeOptions);

describeModel("ladderVae", {
  factory: ladderVae,
  create: () => create({ freeBits: 0.01, ...networks({ batchNormalization: true }) }),
  batch: familyBatch,
  invalid: {
    "a misspelt option": () => create({ level: {} }),
    "an encoder of other levels": () => create({ encoder: networks({ latentDims: [4, 3, 3] }).encoder }),
    "levels in another order": () => {
      const { level1, level2 } = networks().levels;
      return create({ levels: { level2: level2!, level1: level1! } });
    },
    "a level without a variance": () =>
      create({ levels: { only: mlpDecoder({ latentDim: 5, hiddenUnits: [], outputShape: [4] }) } }),
    "a level by the name of another network": () => {
      const { level1, level2 } = networks().levels;
      return create({ levels: { decoder: level1!, level2: level2! } });
    },
    "a negative weight": () => create({ beta: -1 }),
  },
});

/** The networks of the fixture; with constant variances where they are asked for. */
function linearLadder(constant = false) {
  const dense = (name: string, x: tf.SymbolicTensor, still = false) => {
    const { kernel, bias } = reference.networks[name]!;
    const layer = tf.layers.dense({ units: bias.length, name });
    const y = layer.apply(x) as tf.SymbolicTensor;
    // An encoder that is hardly sure leaves weights without heavy tails.
    const start = still && name === "logVariance" ? bias.map(() => 1.5) : bias;
    tf.tidy(() => layer.setWeights([tf.mul(tf.tensor2d(kernel), still ? 0 : 1), tf.tensor1d(start)]));
    return y;
  };
  const network = (name: string, size: number, heads: string[]) => {
    const x = tf.input({ shape: [size] });
    return tf.model({
      inputs: x,
      outputs: heads.map((head) => dense(head, x, constant && /logVariance/i.test(head))),
      name,
    });
  };
  const [first, second, third] = reference.sizes as [number, number, number];
  return {
    encoder: network("encoder", 5, ["mean", "logVariance"]),
    decoder: network("decoder", first, ["decoder"]),
    levels: {
      one: network("one", second, ["level1Mean", "level1LogVariance"]),
      two: network("two", third, ["level2Mean", "level2LogVariance"]),
    },
  };
}

describe("ladderVae", () => {
  it("has the bound, its levels and the importance weights that numpy computes level by level", async () => {
    const model = ladderVae(linearLadder());
    const x = tf.tensor2d(reference.x);
    const source = fixedNoise(reference.noise);
    const { reconstruction, kl, elbo } = model.elbo(x, source);
    const weights = model.logImportanceWeights(x, 1, source);
    for (const [i, expected] of reference.reconstruction.entries()) {
      const divergence = reference.divergences.reduce((sum, level) => sum + level[i]!, 0);
      expect((await reconstruction.data())[i]).toBeCloseTo(expected, 4);
      expect((await kl.data())[i]).toBeCloseTo(divergence, 4);
      expect((await elbo.data())[i]).toBeCloseTo(-expected - divergence, 4);
      expect((await weights.data())[i]).toBeCloseTo(reference.logWeights[i]!, 4);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const levels = Object.fromEntries(reference.divergences.map((level, l) => [`kl${l + 1}`, mean(level)]));
    await expectParts(model, x, reference.noise, { ...levels, reconstruction: mean(reference.reconstruction) });
    tf.dispose([x, reconstruction, kl, elbo, weights]);
    model.dispose();
  });

  it("has importance weights that converge to log p(x) of a linear-Gaussian hierarchy", async () => {
    const likelihood = gaussian({ deviation: reference.deviation });
    const model = ladderVae({ ...linearLadder(true), likelihood });
    const x = tf.tensor2d(reference.x);
    const weights = model.logImportanceWeights(x, 3000, random(1));
    const rows = (await weights.array()) as number[][];
    for (const [i, row] of rows.entries()) {
      const most = Math.max(...row);
      const shares = row.map((value) => Math.exp(value - most));
      const sum = shares.reduce((all, one) => all + one, 0);
      const estimate = most + Math.log(sum / row.length);
      // The relative standard error of the mean weight is √(1/ESS − 1/n).
      const effective = sum ** 2 / shares.reduce((all, one) => all + one * one, 0);
      expect(effective).toBeGreaterThan(200);
      expect(Math.abs(estimate - reference.logLikelihood[i]!)).toBeLessThan(4 * Math.sqrt(1 / effective));
    }
    tf.dispose([x, weights]);
    model.dispose();
  });

  it("draws from the marginal of the hierarchy, and typical codes at temperature 0", async () => {
    const model = ladderVae({ ...linearLadder(true), likelihood: gaussian({ deviation: reference.deviation }) });
    const nets = reference.networks;
    const at = ({ kernel, bias }: Linear, row: number[]) =>
      bias.map((start, k) => row.reduce((sum, value, j) => sum + value * kernel[j]![k]!, start));
    const centre = at(nets.decoder!, at(nets.level1Mean!, nets.level2Mean!.bias));
    const drawn = model.sample({ count: 20_000, random: random(2) });
    const [mean, still] = [tf.mean(drawn, 0), model.sample({ count: 1, temperature: 0 })];
    // Deviations are below 1: four standard errors of the mean.
    for (const [k, value] of (await mean.data()).entries()) expect(Math.abs(value - centre[k]!)).toBeLessThan(0.03);
    for (const [k, value] of (await still.data()).entries()) expect(value).toBeCloseTo(centre[k]!, 4);
    tf.dispose([drawn, mean, still]);
    model.dispose();
  });

  it("codes all levels side by side and decodes the lowest; its posterior is no diagonal Gaussian", async () => {
    const model = create();
    const { x } = familyBatch();
    const z = model.encode(x);
    expect([z.shape, model.latentDim, [...model.levelSizes]]).toEqual([[4, 9], 9, [4, 3, 2]]);
    const other = tf.concat([z.slice([0, 0], [4, 4]), tf.ones([4, 5])], 1);
    const [a, b] = [model.decode(z), model.decode(other)];
    expect(await a.data()).toEqual(await b.data());
    expect(() => model.posterior(x)).toThrow(UnsupportedError);
    expect(() => model.decode(tf.zeros([2, 4]))).toThrow(ShapeError);
    tf.dispose([x, z, other, a, b]);
    model.dispose();
  });

  it("reaches the weights of every level, and normalises over the batch in training alone", async () => {
    const model = create({ ...networks({ batchNormalization: true }) });
    const { x } = familyBatch();
    const moving = model.networks.encoder.weights.find(({ name }) => name.includes("moving_mean"))!;
    const level = (model.networks as Readonly<Record<string, tf.LayersModel>>).level1!;
    const above = level.weights.find(({ name }) => name.includes("moving_mean"))!;
    const before = await Promise.all([moving, above].map((weight) => weight.read().data()));
    tf.dispose(model.elbo(x, random(1)) as never);
    expect(await above.read().data()).toEqual(before[1]);
    const step = stepContext(random(1), 0, true);
    const { grads, value } = tf.variableGrads(() => model.objectives[0]!.loss({ x }, step).total);
    expect(await moving.read().data()).not.toEqual(before[0]);
    expect(await above.read().data()).not.toEqual(before[1]);
    tf.dispose([x, value, grads as never]);
    model.dispose();
  });

  it("is a VAE with one level", async () => {
    const shape = { hiddenUnits: [8], latentDim: 3 };
    const model = ladderVae({
      encoder: mlpGaussianEncoder({ inputShape: familyShape, ...shape, seed: 1 }),
      decoder: mlpDecoder({ outputShape: familyShape, ...shape, seed: 2 }),
      levels: {},
    });
    const { x } = familyBatch();
    const { kl } = model.elbo(x, random(1));
    const [mean, logVariance] = model.networks.encoder.predict(x) as [tf.Tensor, tf.Tensor];
    const closed = tf.tidy(() =>
      tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 1)),
    );
    const [found, expected] = [await kl.data(), await closed.data()];
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
    tf.dispose([x, kl, mean, logVariance, closed]);
    model.dispose();
  });
});
