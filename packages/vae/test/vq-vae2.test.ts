import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { mapDecoder, mapEncoder, mapMerger } from "@latentkit/layers";
import { type Quantizer, residualQuantizer, vectorQuantizer } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type VqVae2Options, vqVae2 } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const small = { residualBlocks: 1, residualFilters: 2, seed: 1 } as const;
const [top, features, bottom] = [
  [2, 2, 2],
  [4, 4, 3],
  [4, 4, 2],
];
const networks = () => ({
  bottomEncoder: mapEncoder({ inputShape: [8, 8, 1], filters: [3], channels: 3, name: "bottom", ...small }),
  topEncoder: mapEncoder({ inputShape: features, filters: [3], channels: 2, name: "top", ...small }),
  merger: mapMerger({ coarseShape: top, inputShape: features, channels: 2, ...small }),
  decoder: mapDecoder({ coarseShape: top, inputShape: bottom, filters: [3], outputShape: [8, 8, 1], ...small }),
});
const quantizers = (codes = 6): { topQuantizer: Quantizer; bottomQuantizer: Quantizer } => ({
  topQuantizer: vectorQuantizer({ codes, dim: 2, restart: { below: 2 } }),
  bottomQuantizer: vectorQuantizer({ codes: 5, dim: 2, update: "gradient" }),
});
const refused = (options: Partial<VqVae2Options>) => () => vqVae2({ ...networks(), ...quantizers(), ...options });

describeModel("vqVae2", {
  factory: vqVae2,
  create: () => vqVae2({ ...networks(), ...quantizers() }),
  batch: () => ({ x: random(5).uniform([3, 8, 8, 1]) }),
  invalid: {
    "a merger of one map": refused({ merger: networks().topEncoder }),
    "an upper map of another size": refused({ topQuantizer: vectorQuantizer({ dim: 3 }) }),
    "a decoder without the upper map": refused({
      decoder: mapDecoder({ inputShape: bottom, filters: [3], outputShape: [8, 8, 1] }),
    }),
  },
});

describe("vqVae2", () => {
  it("has the code numbers of both levels in a row, the upper ones first, which stand for what it reconstructs", async () => {
    const options = { ...quantizers(), bottomQuantizer: residualQuantizer({ levels: 2, codes: 5, dim: 2 }) };
    const model = vqVae2({ ...networks(), ...options });
    const x = random(3).uniform([2, 8, 8, 1]);
    const codes = model.encodeCodes(x);
    expect([codes.shape, model.codeShape, model.codeCount, model.latentDim]).toEqual([
      [2, 4 + 32, 1],
      [36, 1],
      6,
      4 * 2 + 16 * 2,
    ]);
    const [upper, lower] = model.codebooks;
    const z = model.encode(x);
    const first = tf.reshape(tf.slice(codes, [0, 0, 0], [2, 4, 1]), [2, 2, 2, 1]);
    expect(await tf.reshape(upper!.embed(first), [2, 8]).array()).toEqual(await tf.slice(z, [0, 0], [2, 8]).array());
    const rest = tf.reshape(tf.slice(codes, [0, 4, 0], [2, 32, 1]), [2, 4, 4, 2]);
    expect(await tf.reshape(lower!.embed(rest), [2, 32]).array()).toEqual(await tf.slice(z, [0, 8], [2, 32]).array());
    expect(await model.decodeCodes(codes).array()).toEqual(await model.reconstruct(x).array());
    const nats = 4 * Math.log(6) + 32 * Math.log(5);
    expect((await model.elbo(x, random(1)).kl.data())[0]).toBeCloseTo(nats, 3);
    model.dispose();
  });

  it("lets the lower level know the upper one: other upper codes give other lower vectors", async () => {
    const model = vqVae2({ ...networks(), ...quantizers() });
    const h = random(4).normal([1, 4, 4, 3]);
    const of = (t: tf.Tensor) => (model.networks.merger!.predict([t, h]) as tf.Tensor).data();
    expect(await of(tf.ones([1, 2, 2, 2]))).not.toEqual(await of(tf.zeros([1, 2, 2, 2])));
    model.dispose();
  });
});
