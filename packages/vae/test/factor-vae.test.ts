import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type FactorVaeOptions, factorVae, vae } from "../src/index.js";
import { permuteCodes } from "../src/internal/permute-codes.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const judge = (options: object = {}) => mlpDiscriminator({ inputShape: [3], hiddenUnits: [6], seed: 3, ...options });
const create = (options: Partial<FactorVaeOptions> & Record<string, unknown> = {}) =>
  factorVae({ ...familyNetworks(), discriminator: judge(), ...options });

describeModel("factorVae", {
  factory: factorVae,
  create,
  batch: familyBatch,
  invalid: {
    "no discriminator": () => factorVae(familyNetworks() as never),
    "a discriminator of another code": () => create({ discriminator: judge({ inputShape: [2] }) }),
    "a discriminator with two verdicts": () => create({ discriminator: judge({ outputs: 2 }) }),
    "a negative weight": () => create({ gamma: -1 }),
    "a misspelt option": () => create({ gama: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "a batch of one": () => create().checkBatch({ x: tf.zeros([1, 4, 4, 1]) }),
  },
});

/** D with the logit w₀·z₁² + w₁·z₂² + w₂·z₁z₂ + b: for Gaussian codes the best there is. */
function quadratic(weights: readonly number[], bias: number): tf.LayersModel {
  const z = tf.input({ shape: [2] });
  const one = (row: number): tf.SymbolicTensor => {
    const pick = tf.layers.dense({ units: 1, useBias: false, name: `z${row}` });
    const out = pick.apply(z) as tf.SymbolicTensor;
    pick.setWeights([tf.tensor2d([[row === 0 ? 1 : 0], [row === 1 ? 1 : 0]])]);
    return out;
  };
  const [a, b] = [one(0), one(1)];
  const product = (left: tf.SymbolicTensor, right: tf.SymbolicTensor) =>
    tf.layers.multiply().apply([left, right]) as tf.SymbolicTensor;
  const features = tf.layers.concatenate().apply([product(a, a), product(b, b), product(a, b)]) as tf.SymbolicTensor;
  const logit = tf.layers.dense({ units: 1, name: "logit" });
  const output = logit.apply(features) as tf.SymbolicTensor;
  logit.setWeights([tf.tensor2d(weights.map((weight) => [weight])), tf.tensor1d([bias])]);
  return tf.model({ inputs: z, outputs: output, name: "discriminator" });
}

describe("factorVae", () => {
  it("estimates the total correlation of Gaussian codes, −½ log(1 − ρ²), with the best discriminator", async () => {
    // x ~ N(0, I), μ = Wx, σ² = 0.36: codes are N(0, WWᵀ + 0.36 I), with variances 1 and a correlation of ρ = 0.6.
    const rho = 0.6;
    const x = tf.input({ shape: [2] });
    const mean = tf.layers.dense({ units: 2, useBias: false, name: "mean" });
    const logVariance = tf.layers.dense({ units: 2, name: "logVariance" });
    const outputs = [mean, logVariance].map((layer) => layer.apply(x) as tf.SymbolicTensor);
    const second = rho / 0.8;
    mean.setWeights([
      tf.tensor2d([
        [0.8, second],
        [0, Math.sqrt(0.64 - second ** 2)],
      ]),
    ]);
    logVariance.setWeights([tf.zeros([2, 2]), tf.fill([2], Math.log(0.36))]);
    const encoder = tf.model({ inputs: x, outputs });
    const z = tf.input({ shape: [2] });
    const decoder = tf.model({ inputs: z, outputs: tf.layers.dense({ units: 2 }).apply(z) as tf.SymbolicTensor });
    // log N(z; 0, [[1, ρ], [ρ, 1]]) − log N(z; 0, I).
    const scale = 1 / (1 - rho ** 2);
    const discriminator = quadratic(
      [-0.5 * (scale - 1), -0.5 * (scale - 1), rho * scale],
      -0.5 * Math.log(1 - rho ** 2),
    );
    const model = factorVae({ encoder, decoder, discriminator, likelihood: gaussian() });
    const count = 20_000;
    const estimate = tf.tidy(
      () =>
        model.objectives[0]!.loss({ x: random(1).normal([count, 2]) }, stepContext(random(2))).parts!.totalCorrelation!,
    );
    // The logit's standard deviation is ρ (its quadratic form's is √2·ρ/√2): 5 standard errors.
    expect(Math.abs((await estimate.data())[0]! + 0.5 * Math.log(1 - rho ** 2))).toBeLessThan(
      (5 * rho) / Math.sqrt(count),
    );
    estimate.dispose();
    model.dispose();
  });

  it("permutes each dimension among the examples, independently", async () => {
    const z = tf.tidy(() =>
      tf.concat(
        [0, 1, 2].map((d) => tf.add(tf.reshape(tf.range(0, 40), [40, 1]), 100 * d)),
        1,
      ),
    ) as tf.Tensor2D;
    const shuffled = tf.tidy(() => permuteCodes(z, random(3)));
    const rows = (await shuffled.array()) as number[][];
    for (let d = 0; d < 3; d++) {
      const column = rows.map((row) => row[d]!);
      expect(column.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 100 * d));
      expect(column).not.toEqual(column.toSorted((a, b) => a - b));
    }
    // Rows that stayed together in two dimensions: one on average.
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      expect(rows.filter((row) => row[b]! - row[a]! === 100 * (b - a)).length).toBeLessThan(6);
    tf.dispose([z, shuffled]);
  });

  it("is the VAE of the same networks, and a discriminator beside it, for γ = 0", async () => {
    const networks = familyNetworks();
    const [model, plain] = [factorVae({ ...networks, discriminator: judge(), gamma: 0 }), vae(networks)];
    const of = ({ objectives }: typeof model | typeof plain) =>
      tf.tidy(() => objectives[0]!.loss(familyBatch(), stepContext(random(1), 0, true)).total);
    const values = [of(model), of(plain)];
    expect((await values[0]!.data())[0]).toBeCloseTo((await values[1]!.data())[0]!, 4);
    expect(model.objectives.map(({ name, updates }) => [name, updates])).toEqual([
      ["factorVae", [networks.encoder, networks.decoder]],
      ["discriminator", [model.networks.discriminator]],
    ]);
    tf.dispose(values);
    model.dispose();
    plain.dispose();
  });
});
