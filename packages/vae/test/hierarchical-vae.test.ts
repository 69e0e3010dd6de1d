import { readFile } from "node:fs/promises";
import { ConfigError, random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { type HierarchicalNetworks, hierarchicalNetworks, mlpDecoder } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { hierarchicalVae } from "../src/index.js";
import { familyBatch, familyShape } from "./family.js";
import { expectParts, fixedNoise } from "./reference.js";

interface Linear {
  readonly kernel: number[][];
  readonly bias: number[];
}

interface ResidualReference {
  readonly state: number;
  readonly sizes: [number, number];
  readonly features: [number, number];
  readonly networks: Readonly<Record<string, Linear>>;
  readonly x: number[][];
  readonly noise: number[][];
  readonly divergences: number[][];
  readonly reconstruction: number[];
  readonly logWeights: number[];
  readonly deviation: number;
  readonly logLikelihood: number[];
}

let reference: ResidualReference;
tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
  reference = JSON.parse(await readFile(new URL("fixtures/residual.json", import.meta.url), "utf8"));
});

const networks = (options: object = {}) =>
  hierarchicalNetworks({ imageShape: familyShape, groups: [1, 2], filters: 2, latentChannels: 1, seed: 1, ...options });
/** Networks of which some are others, made when the model is. */
const create = (change: (networks: HierarchicalNetworks) => object = () => ({})) => {
  const made = networks();
  return hierarchicalVae({ ...made, ...change(made) });
};

describeModel("hierarchicalVae", {
  factory: hierarchicalVae,
  create: () => create(() => ({ freeBits: 0.01 })),
  batch: familyBatch,
  invalid: {
    "a misspelt option": () => create(() => ({ prior: {} })),
    "a group without a posterior": () => create(({ posteriors: { posterior1 } }) => ({ posteriors: { posterior1 } })),
    "groups in another order": () =>
      create(({ merges: { merge1, merge2, merge3 } }) => ({ merges: { merge2, merge1, merge3 } })),
    "names that occur twice": () =>
      create(({ priors: { prior1, prior2, prior3 } }) => ({ priors: { posterior1: prior1, prior2, prior3 } })),
    "a prior without a variance": () =>
      create(({ priors: { prior1, prior2 } }) => ({
        priors: { prior1, prior2, prior3: mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [1] }) },
      })),
    "an encoder of other groups": () => create(() => ({ encoder: networks({ groups: [2, 1] }).encoder })),
    "a decoder of another state": () => create(() => ({ decoder: networks({ filters: 3 }).decoder })),
    "a negative weight": () => create(() => ({ beta: -1 })),
  },
});

/** The networks of the fixture; with constant variances and a posterior that adds nothing where asked for. */
function linearGroups(constant = false) {
  const dense = (name: string, x: tf.SymbolicTensor) => {
    const { kernel, bias } = reference.networks[name]!;
    const layer = tf.layers.dense({ units: bias.length, name });
    const y = layer.apply(x) as tf.SymbolicTensor;
    const still = constant && /LogVariance/.test(name) ? 0 : 1;
    const share = constant && /posterior/.test(name) ? 0.3 : 1;
    tf.tidy(() => layer.setWeights([tf.mul(tf.tensor2d(kernel), still * share), tf.mul(tf.tensor1d(bias), share)]));
    return y;
  };
  const join = (parts: tf.SymbolicTensor[]) =>
    parts.length === 1 ? parts[0]! : (tf.layers.concatenate().apply(parts) as tf.SymbolicTensor);
  const net = (inputs: number[], outputs: string[]) => {
    const parts = inputs.map((size) => tf.input({ shape: [size] }));
    const x = join(parts);
    return tf.model({ inputs: parts, outputs: outputs.map((name) => dense(name, x)) });
  };
  const { state, sizes, features } = reference;
  const each = (kind: string, make: (l: number) => tf.LayersModel) =>
    Object.fromEntries([1, 2].map((l) => [`${kind}${l}`, make(l)]));
  const pair = (kind: string, l: number) => [`${kind}${l}Mean`, `${kind}${l}LogVariance`];
  return {
    encoder: net([5], ["features1", "features2"]),
    priors: each("prior", (l) => net([state], pair("prior", l))),
    posteriors: each("posterior", (l) => net([state, features[l - 1]!], pair("posterior", l))),
    merges: each("merge", (l) => net([state, sizes[l - 1]!], [`merge${l}`])),
    decoder: net([state], ["decoder"]),
  };
}

describe("hierarchicalVae", () => {
  it("has the bound, its groups and the importance weights that numpy computes group by group", async () => {
    const model = hierarchicalVae(linearGroups());
    const x = tf.tensor2d(reference.x);
    const source = fixedNoise(reference.noise);
    const { reconstruction, kl } = model.elbo(x, source);
    const weights = model.logImportanceWeights(x, 1, source);
    for (const [i, expected] of reference.reconstruction.entries()) {
      expect((await reconstruction.data())[i]).toBeCloseTo(expected, 4);
      expect((await kl.data())[i]).toBeCloseTo(reference.divergences[0]![i]! + reference.divergences[1]![i]!, 4);
      expect((await weights.data())[i]).toBeCloseTo(reference.logWeights[i]!, 4);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const levels = Object.fromEntries(reference.divergences.map((level, l) => [`kl${l + 1}`, mean(level)]));
    await expectParts(model, x, reference.noise, { ...levels, reconstruction: mean(reference.reconstruction) });
    tf.dispose([x, reconstruction, kl, weights]);
    model.dispose();
  });

  it("has importance weights that converge to log p(x) of linear-Gaussian groups", async () => {
    const likelihood = gaussian({ deviation: reference.deviation });
    const model = hierarchicalVae({ ...linearGroups(true), likelihood });
    const x = tf.tensor2d(reference.x);
    const weights = model.logImportanceWeights(x, 2000, random(1));
    for (const [i, row] of ((await weights.array()) as number[][]).entries()) {
      const most = Math.max(...row);
      const shares = row.map((value) => Math.exp(value - most));
      const sum = shares.reduce((all, one) => all + one, 0);
      // The relative standard error of the mean weight is √(1/ESS − 1/n).
      const effective = sum ** 2 / shares.reduce((all, one) => all + one * one, 0);
      expect(effective).toBeGreaterThan(200);
      const estimate = most + Math.log(sum / row.length);
      expect(Math.abs(estimate - reference.logLikelihood[i]!)).toBeLessThan(4 / Math.sqrt(effective));
    }
    tf.dispose([x, weights]);
    model.dispose();
  });

  it("goes down once in a loss, and computes the same state again from the codes", async () => {
    const made = linearGroups();
    let passes = 0;
    const merge = made.merges.merge1!;
    const apply = merge.apply.bind(merge);
    merge.apply = (...inputs: Parameters<typeof apply>) => {
      passes++;
      return apply(...inputs);
    };
    const model = hierarchicalVae(made);
    const x = tf.tensor2d(reference.x);
    const before = passes;
    await expectParts(model, x, reference.noise, {});
    expect(passes - before).toBe(1);
    const [z, again] = [model.encode(x), model.reconstruct(x)];
    const decoded = model.decode(z);
    expect(await decoded.data()).toEqual(await again.data());
    tf.dispose([x, z, again, decoded]);
    model.dispose();
  });

  it("has codes of all groups side by side, on maps, and draws at any temperature", async () => {
    const model = create();
    expect([model.latentDim, [...model.levelSizes]]).toEqual([6, [4, 1, 1]]);
    const still = model.sample({ count: 2, temperature: 0 });
    const rows = (await still.array()) as number[][][][];
    expect(rows[0]).toEqual(rows[1]);
    expect(still.shape).toEqual([2, ...familyShape]);
    expect(() => hierarchicalNetworks({ imageShape: [6, 6, 1], groups: [1, 1] })).toThrow(ConfigError);
    still.dispose();
    model.dispose();
  });
});
