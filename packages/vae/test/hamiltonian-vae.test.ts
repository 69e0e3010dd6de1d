import { readFile } from "node:fs/promises";
import { random } from "@latentkit/core";
import { allVariables, hold, stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { gaussian, gaussianMixture, uniformSphere, withPrior } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type HamiltonianVaeOptions, hamiltonianVae, iwae, vae } from "../src/index.js";
import { hamiltonianFlow, leapfrog, type Phase, temperatures } from "../src/internal/hamiltonian-flow.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { type LinearGaussian, linearNetworks } from "./networks.js";
import { loadReference, TOLERANCE } from "./reference.js";

interface Fixture {
  readonly steps: number;
  readonly stepSize: number;
  readonly tempering: number;
  readonly gamma: number[][];
  readonly z: number[][];
  readonly bound: number[];
  readonly gradients: Readonly<Record<string, number[]>>;
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const create = (options: Partial<HamiltonianVaeOptions> & Record<string, unknown> = {}) =>
  hamiltonianVae({ ...familyNetworks(), steps: 2, ...options });

describeModel("hamiltonianVae", {
  factory: hamiltonianVae,
  create,
  batch: familyBatch,
  invalid: {
    "no step size": () => create({ stepSize: 0 }),
    "a start that is as hot as anything": () => create({ tempering: 0 }),
    "half a step": () => create({ steps: 0.5 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "dynamics of another code": () =>
      create({ dynamics: mlpEncoder({ inputShape: [1], hiddenUnits: [], latentDim: 3 }) }),
    "codes on a sphere": () => create({ prior: uniformSphere({ latentDim: 3 }) }),
  },
});

/** Numbers one after the other, in place of a stream's. */
const noiseOf = (...values: readonly tf.TensorLike[]) => {
  const left = [...values];
  return { normal: () => tf.tensor(left.shift() as number[]) as never, uniform: () => tf.zeros([1]) as never };
};
/** −log of a bent density of two dimensions, up to a constant. */
const potential = (z: tf.Tensor): tf.Tensor => {
  const [a, b] = tf.split(z, 2, 1) as [tf.Tensor, tf.Tensor];
  return tf.squeeze(tf.add(tf.div(tf.square(a), 2), tf.square(tf.sub(b, tf.mul(0.3, tf.square(a))))), [1]);
};
const setting = {
  steps: 4,
  stepSize: tf.tensor2d([[0.2, 0.1]]),
  tempering: tf.tensor2d([[Math.sqrt(0.3)]]),
  potential,
};

describe("the Hamiltonian flow", () => {
  it("comes back where it came from when momenta are turned round", async () => {
    const start: Phase = { z: random(1).normal([5, 2]), momentum: random(2).normal([5, 2]) };
    let phase = start;
    for (let k = 0; k < 6; k++) phase = leapfrog(phase, setting);
    const moved = (await tf.max(tf.abs(tf.sub(phase.z, start.z))).data())[0]!;
    expect(moved).toBeGreaterThan(0.3);
    phase = { z: phase.z, momentum: tf.neg(phase.momentum) };
    for (let k = 0; k < 6; k++) phase = leapfrog(phase, setting);
    for (const [end, begin] of [
      [phase.z, start.z],
      [tf.neg(phase.momentum), start.momentum],
    ] as const) {
      expect((await tf.max(tf.abs(tf.sub(end, begin))).data())[0]).toBeLessThan(2e-5);
    }
  });

  it("keeps volume but for tempering, which takes β₀^(d/2) of it", async () => {
    const point = [0.4, -0.7, 0.5, 0.9];
    const run = async (values: readonly number[]): Promise<number[]> => {
      const [z, momentum] = [tf.tensor2d([values.slice(0, 2)]), tf.tensor2d([values.slice(2)])];
      const end = hamiltonianFlow({ z, momentum }, setting);
      return [...(await end.z.data()), ...(await end.momentum.data())];
    };
    const h = 1e-2;
    const columns: number[][] = [];
    for (let i = 0; i < 4; i++) {
      const at = (sign: number) => run(point.map((value, j) => value + (i === j ? sign * h : 0)));
      const [high, low] = [await at(1), await at(-1)];
      columns.push(high.map((value, j) => (value - low[j]!) / (2 * h)));
    }
    expect(determinant(columns)).toBeCloseTo(0.3, 3); // d = 2: β₀ itself
    const roots = await Promise.all(temperatures(setting.tempering, 4).map(async (root) => (await root.data())[0]!));
    expect(roots[0]).toBeCloseTo(Math.sqrt(0.3), 6);
    expect(roots[4]).toBeCloseTo(1, 6);
    expect(roots).toEqual(roots.toSorted((a, b) => a - b));
  });
});

function determinant(rows: readonly (readonly number[])[]): number {
  if (rows.length === 1) return rows[0]![0]!;
  const minor = (i: number) => rows.filter((_, j) => j !== i).map((row) => row.slice(1));
  return rows.reduce((sum, row, i) => sum + (i % 2 === 0 ? 1 : -1) * row[0]! * determinant(minor(i)), 0);
}

describe("hamiltonianVae", () => {
  it("has the bound of each example and all gradients that PyTorch has", async () => {
    const reference = await loadReference();
    const fixture: Fixture = JSON.parse(await readFile(new URL("fixtures/hamiltonian.json", import.meta.url), "utf8"));
    const shape = { hiddenUnits: [4], latentDim: 2, activation: "tanh" } as const;
    const networks = {
      encoder: mlpGaussianEncoder({ inputShape: [5], ...shape }),
      decoder: mlpDecoder({ outputShape: [5], ...shape }),
    };
    const { steps, stepSize, tempering, gamma, bound, gradients } = fixture;
    const model = hamiltonianVae({ ...networks, steps, stepSize, tempering });
    const names: string[] = [];
    for (const [network, layers] of [
      ["encoder", ["encoderHidden", "encoderMean", "encoderLogVariance"]],
      ["decoder", ["decoderHidden", "decoderOutput"]],
    ] as const) {
      const given = layers.flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`]);
      names.push(...given);
      model.networks[network].setWeights(given.map((name) => tf.tensor(reference.parameters[name] as number[])));
    }
    names.push("dynamics/numbers");
    const x = tf.tensor(reference.x);
    const { elbo, reconstruction, kl } = model.elbo(x, noiseOf(reference.noise, gamma));
    const [actual, parts] = [await elbo.data(), await tf.neg(tf.add(reconstruction, kl)).data()];
    for (const [i, value] of bound.entries()) {
      expect(actual[i]).toBeCloseTo(value, 4);
      expect(parts[i]).toBeCloseTo(value, 4);
    }
    const objective = model.objectives[0]!;
    const variables = trainableVariables(objective.updates);
    const { value, grads } = tf.variableGrads(
      () => objective.loss({ x }, stepContext(noiseOf(reference.noise, gamma), 0, true)).total,
      variables,
    );
    const mean = bound.reduce((sum, one) => sum + one, 0) / bound.length;
    expect((await value.data())[0]).toBeCloseTo(-mean, 4);
    expect(variables).toHaveLength(names.length);
    for (const [i, name] of names.entries()) {
      const expected = tf.tensor(gradients[name]!);
      const found = tf.reshape(grads[variables[i]!.name]!, expected.shape);
      expect((await tf.max(tf.abs(tf.sub(found, expected))).data())[0], name).toBeLessThan(5 * TOLERANCE);
    }
    model.dispose();
  });

  it("without steps is the VAE whose divergence is estimated: iwae of one sample", async () => {
    const networks = familyNetworks();
    const release = hold(allVariables(Object.values(networks)));
    const still = hamiltonianVae({ ...networks, steps: 0, tempering: 1 - 1e-7 });
    const plain = iwae({ ...networks, samples: 1 });
    const { x } = familyBatch();
    const noises = [random(3).normal([4, 3]), random(4).normal([4, 3])].map((noise) => noise.arraySync());
    const bound = await still.elbo(x, noiseOf(...(noises as tf.TensorLike[]))).elbo.data();
    const weights = plain.logImportanceWeights(
      x,
      1,
      noiseOf([noises[0]].map((rows) => (rows as number[][]).map((row) => [row]))[0]!),
    );
    for (const [i, value] of (await weights.data()).entries()) expect(bound[i]).toBeCloseTo(value, 4);
    for (const model of [still, plain]) model.dispose();
    release();
  });

  it("has weights whose mean is p(x): probabilistic PCA with a posterior that is wrong, which the dynamics mend", async () => {
    const pca: LinearGaussian = JSON.parse(
      await readFile(new URL("fixtures/linear-gaussian.json", import.meta.url), "utf8"),
    );
    const parts = { ...linearNetworks(pca, 0.8), likelihood: gaussian({ deviation: pca.deviation }) };
    const release = hold(allVariables([parts.encoder, parts.decoder]));
    const moved = hamiltonianVae({ ...parts, steps: 6, stepSize: 0.12, tempering: 0.95 });
    const plain = vae(parts);
    const x = tf.tensor(pca.x);
    const estimate = tf.sub(tf.logSumExp(moved.logImportanceWeights(x, 2000, random(1)), 1), Math.log(2000));
    for (const [i, value] of (await estimate.data()).entries()) {
      expect(Math.abs(value - pca.logLikelihood[i]!)).toBeLessThan(0.15);
    }
    const many = tf.tile(x, [100, 1]);
    const [better] = await tf.mean(moved.elbo(many, random(2)).elbo).data();
    const [worse] = await tf.mean(plain.elbo(many, random(2)).elbo).data();
    expect(better! - worse!).toBeGreaterThan(0.1);
    for (const model of [moved, plain]) model.dispose();
    release();
  });

  it("moves codes by the density of the prior that it is given later", async () => {
    const model = create();
    const unit = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
    const same = withPrior(model, gaussianMixture({ weights: [1], means: [[0, 0, 0]], covariances: [unit] }));
    const { x } = familyBatch();
    const [a, b] = [model.elbo(x, random(1)).elbo, same.elbo!(x, random(1)).elbo];
    expect((await tf.max(tf.abs(tf.sub(a, b))).data())[0]).toBeLessThan(1e-4);
    for (const one of [model, same]) one.dispose();
  });
});
