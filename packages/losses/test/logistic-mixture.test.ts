import "@tensorflow/tfjs-backend-wasm";
import { ConfigError, random, ShapeError } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { likelihoodFromJSON } from "../src/authoring.js";
import { bernoulli, categorical, discretizedLogisticMixture, type Likelihood } from "../src/index.js";
import fixture from "./fixtures/logistic_mixture.json" with { type: "json" };

tf.enableProdMode();
await tf.setBackend("cpu");

describe.each(["cpu", "wasm"])("discretizedLogisticMixture on %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each(
    fixture.map((known) => ({ ...known, of: `${known.components} × ${known.channels}, ${known.levels} levels` })),
  )(
    "has PyTorch's values and gradients: $of, log scale $logScale",
    async ({ components, channels, levels, x, parameters, value, gradient }) => {
      const likelihood = discretizedLogisticMixture({ components, channels, levels });
      const data = tf.tensor2d(x.map((row) => row.map((level) => level / (levels - 1))));
      const p = tf.tensor2d(parameters);
      const nll = (at: tf.Tensor): tf.Tensor => likelihood.negativeLogLikelihood(data, at);
      const values = await nll(p).data();
      for (const [i, expected] of value.entries()) {
        expect(Math.abs(values[i]! - expected), `value ${i}`).toBeLessThanOrEqual(
          2e-5 * Math.max(1, Math.abs(expected)),
        );
      }
      const gradients = (await tf
        .grad((at) => tf.sum(nll(at)))(p)
        .array()) as number[][];
      for (const [i, row] of gradient.entries()) {
        // Slopes are as steep as the scale is small, and float32 gives x − μ seven digits of one.
        const steepest = Math.max(1, ...row.map(Math.abs));
        for (const [j, expected] of row.entries()) {
          expect(Math.abs(gradients[i]![j]! - expected), `gradient ${i}, ${j}`).toBeLessThanOrEqual(3e-4 * steepest);
        }
      }
    },
  );
});

describe("discretizedLogisticMixture", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  it("gives the levels probabilities that sum to 1, whatever the scale", async () => {
    const levels = 16;
    const likelihood = discretizedLogisticMixture({ components: 2, levels });
    const all = tf.tensor2d(Array.from({ length: levels }, (_, level) => [level / (levels - 1)]));
    for (const scale of [-20, -3, 0, 6]) {
      const parameters = tf.tile(tf.tensor2d([[0.3, -1, 0.2, -3, scale, scale / 2]]), [levels, 1]);
      const p = tf.sum(tf.exp(tf.neg(likelihood.negativeLogLikelihood(all, parameters))));
      expect((await p.data())[0], `log scale ${scale}`).toBeCloseTo(1, 5);
    }
  });

  it("can be differentiated twice", async () => {
    const likelihood = discretizedLogisticMixture({ components: 2, channels: 2, levels: 8 });
    const x = tf.tensor2d([[1 / 7, 1]]);
    const slope = (p: tf.Tensor): tf.Scalar =>
      tf.sum(tf.square(tf.grad((q: tf.Tensor) => tf.sum(likelihood.negativeLogLikelihood(x, q)))(p)));
    const at = random(3).normal([1, 12]);
    const exact = await tf.grad(slope)(at).data();
    const differences = await finiteDifferences(slope, at);
    for (const [i, expected] of differences.entries()) expect(exact[i]).toBeCloseTo(expected, 1);
    expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.01);
  });

  it("draws greys and colours as often as it says, as tensors and place by place", async () => {
    const options = { components: 2, channels: 2, levels: 3 };
    const likelihood = discretizedLogisticMixture(options);
    const parameters = random(5).normal([1, 12]);
    const [pairs, count] = [9, 20_000];
    const all = tf.tensor2d(Array.from({ length: pairs }, (_, i) => [(i % 3) / 2, Math.floor(i / 3) / 2]));
    const p = await tf.exp(tf.neg(likelihood.negativeLogLikelihood(all, tf.tile(parameters, [pairs, 1])))).data();
    const drawn = await likelihood.sample(tf.tile(parameters, [count, 1]), random(6)).data();
    const placed = placeDraws(likelihood, (await parameters.data()) as Float32Array, count, 2);
    for (const values of [drawn, placed]) {
      const shares = new Float64Array(pairs);
      for (let i = 0; i < count; i++)
        shares[Math.round(values[2 * i]! * 2) + 3 * Math.round(values[2 * i + 1]! * 2)]! += 1 / count;
      // Four standard deviations of a share are at most 4·√(¼ / 20,000) = 0.014.
      for (const [i, share] of shares.entries()) expect(Math.abs(share - p[i]!), `pair ${i}`).toBeLessThan(0.014);
    }
  });

  it("has means that its draws have, and that stay in range", async () => {
    const likelihood = discretizedLogisticMixture({ components: 3 });
    const parameters = tf.tensor2d([[1, 0, -1, -0.2, 0.3, 0.1, -4, -4, -4]]);
    const mean = (await likelihood.mean(parameters).data())[0]!;
    const draws = likelihood.sample(tf.tile(parameters, [4000, 1]), random(1));
    // The deviation of a draw is about 0.12, that of the mean of 4,000 about 0.002.
    expect(Math.abs((await tf.mean(draws).data())[0]! - mean)).toBeLessThan(0.01);
  });

  it("comes back from JSON and refuses what it cannot mean", () => {
    const options = { components: 5, channels: 3, levels: 64, low: -1, high: 1 };
    const likelihood = likelihoodFromJSON(discretizedLogisticMixture(options).toJSON());
    expect(likelihood.toJSON()).toEqual({ name: "discretizedLogisticMixture", ...options });
    expect(likelihood.parametersPerValue * 3).toBe(50);
    expect(() => discretizedLogisticMixture({ components: 0 })).toThrow(ConfigError);
    expect(() => discretizedLogisticMixture({ levels: 1 })).toThrow(ConfigError);
    expect(() => discretizedLogisticMixture({ low: 1, high: 0 })).toThrow(ConfigError);
    expect(() => discretizedLogisticMixture({ chanels: 3 } as never)).toThrow("unknown option");
    const wrong = () => likelihood.negativeLogLikelihood(tf.zeros([1, 3]), tf.zeros([1, 49]));
    expect(wrong).toThrow(ShapeError);
  });
});

describe("likelihoods place by place", () => {
  it("draw binary values and levels as often as they say, and the most likely one at temperature 0", () => {
    const logits = new Float32Array([0.7, -1.2]);
    const bits = placeDraws(bernoulli(), logits, 10_000, 2);
    const share = bits.filter((_, i) => i % 2 === 0).reduce((sum, bit) => sum + bit / 10_000, 0);
    // Four deviations of a share are 0.02.
    expect(Math.abs(share - 1 / (1 + Math.exp(-0.7)))).toBeLessThan(0.02);
    expect([...placeDraws(bernoulli(), logits, 1, 2, 0)]).toEqual([1, 0]);

    const levels = categorical(3, { high: 2 });
    const of = new Float32Array([0, 1, -1]);
    const classes = placeDraws(levels, of, 10_000, 1);
    const total = 1 + Math.E + 1 / Math.E;
    for (const [level, expected] of [1 / total, Math.E / total, 1 / Math.E / total].entries()) {
      expect(Math.abs(classes.filter((drawn) => drawn === level).length / 10_000 - expected)).toBeLessThan(0.02);
    }
    expect([...placeDraws(levels, of, 1, 1, 0)]).toEqual([1]);
    // Half the temperature doubles the logits.
    const cold = placeDraws(levels, of, 10_000, 1, 0.5);
    const doubled = placeDraws(
      levels,
      of.map((logit) => 2 * logit),
      10_000,
      1,
    );
    expect(cold).toEqual(doubled);
  });
});

function placeDraws(likelihood: Likelihood, parameters: Float32Array, count: number, values: number, temperature = 1) {
  const places = likelihood.places!;
  const out = new Float32Array(count * values);
  const uniforms = random(9).fillUniform(new Float32Array(count * places.uniforms(values)));
  for (let i = 0; i < count; i++) {
    const noise = uniforms.subarray(i * places.uniforms(values), (i + 1) * places.uniforms(values));
    const place = out.subarray(i * values, (i + 1) * values);
    for (let v = 0; v < values; v++) place[v] = places.draw(parameters, v, place, noise, temperature);
  }
  return out;
}
