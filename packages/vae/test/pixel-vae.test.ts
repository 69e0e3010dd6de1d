import { type GatedPixelCnn, gatedPixelCnn, made } from "@latentkit/autoregressive";
import { ConfigError, modelFromBytes, modelToBytes, random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type PixelVaeOptions, pixelVae } from "../src/index.js";
import { familyBatch, familyShape } from "./family.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const encoder = (latentDim = 2) =>
  mlpGaussianEncoder({ inputShape: familyShape, hiddenUnits: [6], latentDim, activation: "tanh", seed: 1 });
const decoder = (size = 2) =>
  gatedPixelCnn({ inputShape: familyShape, width: 4, layers: 1, given: { z: { size } }, seed: 2 });
const create = (options: Partial<PixelVaeOptions> & Record<string, unknown> = {}) =>
  pixelVae({ encoder: encoder(), decoder: decoder(), ...options });
const binary = () => ({ x: tf.tidy(() => tf.cast(tf.greater(familyBatch().x, 0.5), "float32")) });

describeModel("pixelVae", {
  factory: [pixelVae, gatedPixelCnn],
  create() {
    const pixels = decoder();
    const model = pixelVae({ encoder: encoder(), decoder: pixels, freeBits: 0.01 });
    // The model holds the decoder's network.
    pixels.dispose();
    return model;
  },
  batch: familyBatch,
  invalid: {
    "a misspelt option": () => create({ betas: 2 }),
    "a decoder that is told nothing": () =>
      create({ decoder: gatedPixelCnn({ inputShape: familyShape, width: 4, layers: 1 }) }),
    "a decoder that is told classes": () =>
      create({
        decoder: gatedPixelCnn({ inputShape: familyShape, width: 4, layers: 1, given: { label: { classes: 2 } } }),
      }),
    "a decoder of another code": () => create({ decoder: decoder(3) }),
    "a network for a decoder": () =>
      create({ decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: familyShape }) as never }),
    "an encoder of one output": () =>
      create({ encoder: mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [2] }) }),
    "a negative weight": () => create({ freeBits: -1 }),
  },
});

/** Sets the weights of layers whose names match to 0. */
function silence(network: tf.LayersModel, pattern: RegExp): number {
  const found = network.layers.filter(({ name, weights }) => pattern.test(name) && weights.length > 0);
  tf.tidy(() => {
    for (const layer of found) layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
  });
  return found.length;
}

const closeTo = async (a: tf.Tensor, b: tf.Tensor, digits = 4) => {
  const [found, expected] = [await a.data(), await b.data()];
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits);
  });
};

describe("pixelVae", () => {
  it("has the autoregressive model's likelihood when the code is ignored and says nothing", async () => {
    const [alone, told] = [gatedPixelCnn({ inputShape: familyShape, width: 4, layers: 1, seed: 2 }), decoder()];
    expect(silence(told.networks.network, /told/)).toBeGreaterThan(1);
    const model = pixelVae({ encoder: encoder(), decoder: told });
    const { x } = binary();
    const exact = alone.logLikelihood(x);
    const ignored = model.elbo(x, random(1));
    await closeTo(tf.neg(ignored.reconstruction), exact);
    // q(z|x) = p(z): the bound is exact, and so is each importance weight.
    expect(silence(model.networks.encoder, /mean|logVariance/i)).toBe(2);
    const { elbo, kl } = model.elbo(x, random(1));
    const weights = model.logImportanceWeights(x, 3, random(2));
    await closeTo(elbo, exact);
    await closeTo(kl, tf.zeros([4]), 6);
    await closeTo(
      weights,
      tf.tidy(() => tf.tile(tf.expandDims(exact, 1), [1, 3])),
    );
    alone.dispose();
    model.dispose();
  });

  it("has importance weights that converge to the integral of p(x|z)·p(z)", async () => {
    const pixels: GatedPixelCnn = decoder(1);
    const model = pixelVae({ encoder: encoder(1), decoder: pixels });
    const { x } = binary();
    const one = tf.slice(x, 0, 1);
    // Trapezoids over −5 … 5: the integrand and its slope vanish at both ends.
    const nodes = Float32Array.from({ length: 101 }, (_, i) => -5 + i / 10);
    const scored = tf.tidy(() =>
      pixels.logLikelihood(tf.tile(one, [nodes.length, 1, 1, 1]), { z: tf.tensor2d(nodes, [nodes.length, 1]) }),
    );
    const densities = [...(await scored.data())].map((value, i) => Math.exp(value - nodes[i]! ** 2 / 2) / 10);
    const exact = Math.log(densities.reduce((sum, value) => sum + value, 0) / Math.sqrt(2 * Math.PI));
    const weights = model.logImportanceWeights(one, 600, random(3));
    const shares = [...(await weights.data())].map(Math.exp);
    const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
    const spread = shares.reduce((sum, value) => sum + (value / mean - 1) ** 2, 0) / shares.length;
    // Four standard errors of the mean weight, and what float32 leaves.
    expect(Math.abs(Math.log(mean) - exact)).toBeLessThan(4 * Math.sqrt(spread / shares.length) + 1e-4);
    tf.dispose([x, one, scored, weights]);
    model.dispose();
  });

  it("trains on the bound: reconstruction by the decoder's own loss, divergence weighed by β", async () => {
    const model = create({ beta: 0.5 });
    const { x } = binary();
    const { total, parts } = tf.tidy(() => {
      const step = { random: random(4), step: 0, training: false, schedule: (value: number) => tf.scalar(value) };
      const loss = model.objectives[0]!.loss({ x }, step as never);
      return { total: loss.total, parts: { ...loss.parts } };
    });
    const { reconstruction, kl } = model.elbo(x, random(4));
    await closeTo(parts.reconstruction!, tf.mean(reconstruction));
    await closeTo(parts.kl!, tf.mean(kl));
    await closeTo(
      total,
      tf.tidy(() => tf.add(tf.mean(reconstruction), tf.mul(0.5, tf.mean(kl)))),
    );
    model.dispose();
  });

  it("draws with what the decoder keeps of each place, the same as a pass of the network for each value", async () => {
    const pixels = decoder();
    const model = create({ decoder: pixels });
    const z = random(5).normal([3, 2]);
    const before = tf.memory().numTensors;
    const drawn = await model.sampleFromCodes(z, random(6));
    const naive = await pixels.sampleNaively({ count: 3, random: random(6), given: { z } });
    expect(await drawn.data()).toEqual(await naive.data());
    tf.dispose([drawn, naive]);
    const known = tf.ones<tf.Rank.R4>([1, ...familyShape]);
    const mask = tf.tensor2d([[1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]); // biome-ignore format: a picture
    const lower = await model.sample({ count: 2, known, mask, temperature: 0.5 });
    expect([...(await lower.data())].slice(0, 8)).toEqual(Array(8).fill(1));
    tf.dispose([known, mask, lower]);
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(model.sample({ count: 2, signal: controller.signal })).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
    z.dispose();
    model.dispose();
  });

  it("comes back from bytes with its decoder, and asks for the decoder's factory", async () => {
    const model = create();
    const bytes = await modelToBytes(model);
    const loaded = await modelFromBytes(bytes, [pixelVae, gatedPixelCnn]);
    const [a, b] = [await model.sample({ count: 2, random: random(7) }), await (loaded as typeof model).sample({ count: 2, random: random(7) })]; // biome-ignore format: one draw each
    expect(await a.data()).toEqual(await b.data());
    await expect(modelFromBytes(bytes, pixelVae)).rejects.toThrow(/gatedPixelCnn/);
    await expect(modelFromBytes(bytes, [pixelVae, made])).rejects.toThrow(/gatedPixelCnn/);
    expect(() => model.logImportanceWeights(tf.zeros([1, 4, 4, 1]), 0, random(1))).toThrow(ConfigError);
    tf.dispose([a, b]);
    model.dispose();
    loaded.dispose();
  });
});
