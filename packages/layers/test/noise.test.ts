import "@tensorflow/tfjs-backend-wasm";
import { ConfigError, random } from "@latentkit/core";
import { applyAll, stepContext, withRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  gaussianSample,
  gaussianSampler,
  maskingNoise,
  saltAndPepperNoise,
  seededDropout,
  seededGaussianNoise,
} from "../src/index.js";
import { reloaded } from "./reloaded.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

const COUNT = 100_000;
/** Four standard errors of a share of `COUNT` values: one seed in 16,000 would fail. */
const shareError = (share: number): number => 4 * Math.sqrt((share * (1 - share)) / COUNT);

/** Values after the layer, from inputs that are all `value`. */
async function noisy(layer: tf.layers.Layer, value: number, seed = 5): Promise<Float32Array> {
  const x = tf.fill([COUNT], value);
  const y = withRandom(random(seed), () => layer.apply(x, { training: true }) as tf.Tensor);
  return (await y.data()) as Float32Array;
}

const share = (values: Float32Array, wanted: number): number =>
  values.filter((value) => Math.fround(wanted) === value).length / values.length;

const layers: Readonly<Record<string, () => tf.layers.Layer>> = {
  seededDropout: () => seededDropout({ rate: 0.3, inputShape: [40] }),
  seededGaussianNoise: () => seededGaussianNoise({ deviation: 0.5, inputShape: [40] }),
  maskingNoise: () => maskingNoise({ rate: 0.3, inputShape: [40] }),
  saltAndPepperNoise: () => saltAndPepperNoise({ rate: 0.3, low: -1, high: 2, inputShape: [40] }),
};

describe.each(Object.entries(layers))("%s", (_, make) => {
  const x = (): tf.Tensor2D => random(9).uniform<tf.Rank.R2>([6, 40], 0.1, 0.9);
  const train = (layer: tf.layers.Layer, seed: number, input: tf.Tensor = x()): tf.Tensor =>
    withRandom(random(seed), () => layer.apply(input, { training: true }) as tf.Tensor);

  it("is the identity in evaluation, and needs no random stream there", async () => {
    const layer = make();
    for (const mode of [{ training: false }, {}]) {
      expect(await (layer.apply(x(), mode) as tf.Tensor).data()).toEqual(await x().data());
    }
  });

  it("asks for a random stream in training", () => {
    const layer = make();
    expect(() => layer.apply(x(), { training: true })).toThrow(ConfigError);
    expect(() => layer.apply(x(), { training: true })).toThrow("wrap the call in withRandom");
  });

  it("gives equal noise to equal seeds, another to others, and another to the next draw", async () => {
    const layer = make();
    const first = await train(layer, 1).data();
    expect(await train(layer, 1).data()).toEqual(first);
    expect(await train(layer, 2).data()).not.toEqual(first);
    const [a, b] = withRandom(random(1), () =>
      [layer, layer].map((l) => l.apply(x(), { training: true }) as tf.Tensor),
    );
    expect(await a!.data()).toEqual(first);
    expect(await b!.data()).not.toEqual(first);
  });

  it("gives the same on wasm", async () => {
    const there = make();
    const here = await train(there, 1).data();
    await tf.setBackend("wasm");
    expect(await train(there, 1).data()).toEqual(here);
  });

  it("survives saving, and passes masks", async () => {
    const layer = make();
    const network = tf.sequential({ layers: [layer] });
    const { network: again } = await reloaded({ network });
    expect(again!.layers.at(-1)!.getConfig()).toEqual(layer.getConfig());
    const outputs = [network, again!].map((net) =>
      withRandom(random(3), () => applyAll(net, x(), { training: true })[0]!),
    );
    expect(await outputs[1]!.data()).toEqual(await outputs[0]!.data());
    expect(layer.supportsMasking).toBe(true);
  });

  it("passes gradients to its input alone, and leaks nothing", async () => {
    const layer = make();
    const input = x();
    const before = tf.memory().numTensors;
    const slope = tf.grad((v) => tf.sum(train(layer, 1, v)))(input);
    expect([...(await slope.data())].every(Number.isFinite)).toBe(true);
    slope.dispose();
    train(layer, 1, input).dispose();
    (layer.apply(input) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("statistics", () => {
  it("seededDropout drops its rate and keeps the mean", async () => {
    const values = await noisy(seededDropout({ rate: 0.3 }), 2);
    expect(Math.abs(share(values, 0) - 0.3)).toBeLessThan(shareError(0.3));
    expect(share(values, 0) + share(values, 2 / 0.7)).toBe(1);
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(mean - 2)).toBeLessThan((2 / 0.7) * shareError(0.3));
  });

  it("maskingNoise masks its rate and leaves the rest", async () => {
    const values = await noisy(maskingNoise({ rate: 0.25 }), 0.8);
    expect(Math.abs(share(values, 0) - 0.25)).toBeLessThan(shareError(0.25));
    expect(share(values, 0) + share(values, 0.8)).toBe(1);
    expect(share(await noisy(maskingNoise({ rate: 1 }), 0.8), 0)).toBe(1);
  });

  it("saltAndPepperNoise gives half its rate to each", async () => {
    const values = await noisy(saltAndPepperNoise({ rate: 0.4, low: -1, high: 2 }), 0.5);
    expect(Math.abs(share(values, -1) - 0.2)).toBeLessThan(shareError(0.2));
    expect(Math.abs(share(values, 2) - 0.2)).toBeLessThan(shareError(0.2));
    expect(share(values, -1) + share(values, 2) + share(values, 0.5)).toBeCloseTo(1, 9);
  });

  it("seededGaussianNoise is centred, with its deviation", async () => {
    const values = (await noisy(seededGaussianNoise({ deviation: 0.5 }), 3)).map((value) => value - 3);
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / COUNT);
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(COUNT));
    // The standard error of a normal deviation is σ / √(2n).
    expect(Math.abs(deviation - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(2 * COUNT));
  });

  it.each([
    ["seededDropout", seededDropout({ rate: 0 })],
    ["maskingNoise", maskingNoise({ rate: 0 })],
    ["saltAndPepperNoise", saltAndPepperNoise({ rate: 0 })],
    ["seededGaussianNoise", seededGaussianNoise({ deviation: 0 })],
  ])("%s of 0 changes nothing and draws nothing", async (_, layer) => {
    const x = tf.tensor1d([1, 2]);
    expect(await (layer.apply(x, { training: true }) as tf.Tensor).data()).toEqual(await x.data());
  });
});

describe("options", () => {
  it.each<[string, () => unknown]>([
    ["seededDropout: expected `rate` to be a number ≥ 0 and < 1, received 1.", () => seededDropout({ rate: 1 })],
    ["seededDropout: unknown option `p`", () => seededDropout({ p: 1 } as never)],
    ["maskingNoise: expected `rate` to be a number ≥ 0 and ≤ 1, received -1.", () => maskingNoise({ rate: -1 })],
    [
      "seededGaussianNoise: expected `deviation` to be a number ≥ 0",
      () => seededGaussianNoise({ deviation: Number.NaN }),
    ],
    ["saltAndPepperNoise: expected `high` to be a number > 1", () => saltAndPepperNoise({ rate: 0.1, low: 1 })],
    ["gaussianSampler: unknown option `seed`", () => gaussianSampler({ seed: 1 } as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});

describe("gaussianSample", () => {
  let mean: tf.Tensor2D;
  let logVariance: tf.Tensor2D;
  beforeEach(() => {
    mean = tf.tensor2d([[1, -2]]);
    logVariance = tf.tensor2d([[Math.log(4), Math.log(0.25)]]);
  });

  it("is μ + exp(γ/2)·ε with the stream's noise", async () => {
    const noise = await random(4).normal([1, 2]).data();
    const z = await gaussianSample(mean, logVariance, random(4)).data();
    expect(z[0]).toBeCloseTo(1 + 2 * noise[0]!, 5);
    expect(z[1]).toBeCloseTo(-2 + 0.5 * noise[1]!, 5);
  });

  it("passes gradients: 1 to the mean, (z − μ)/2 to the log variance", async () => {
    const z = await gaussianSample(mean, logVariance, random(4)).data();
    const [toMean, toLogVariance] = tf.grads((m: tf.Tensor, v: tf.Tensor) => tf.sum(gaussianSample(m, v, random(4))))([
      mean,
      logVariance,
    ]);
    expect([...(await toMean!.data())]).toEqual([1, 1]);
    const slopes = await toLogVariance!.data();
    expect(slopes[0]).toBeCloseTo((z[0]! - 1) / 2, 5);
    expect(slopes[1]).toBeCloseTo((z[1]! + 2) / 2, 5);
  });

  it("takes the noise of a step", () => {
    const { random: noise } = stepContext(random(1));
    expect(gaussianSample(mean, logVariance, noise).shape).toEqual([1, 2]);
  });

  it("as a layer draws in training, gives the mean in evaluation, and survives saving", async () => {
    const inputs = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
    const outputs = gaussianSampler({ name: "sampler" }).apply(inputs) as tf.SymbolicTensor;
    const network = tf.model({ inputs, outputs });
    const { network: again } = await reloaded({ network });
    for (const net of [network, again!]) {
      const [evaluated] = applyAll(net, [mean, logVariance]);
      expect(await evaluated!.data()).toEqual(await mean.data());
      const [drawn] = withRandom(random(4), () => applyAll(net, [mean, logVariance], { training: true }));
      expect(await drawn!.data()).toEqual(await gaussianSample(mean, logVariance, random(4)).data());
    }
    expect(() => applyAll(network, [mean, logVariance], { training: true })).toThrow(
      "sampler: expected a random stream",
    );
  });
});
