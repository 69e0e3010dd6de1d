import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mapDecoder, mapEncoder, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { finiteScalarQuantizer, gaussian, residualQuantizer, vectorQuantizer } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type VqVaeOptions, vqVae } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const inputShape = [8, 8, 1];
const small = { residualBlocks: 1, residualFilters: 2 } as const;
const networks = (channels = 3) => ({
  encoder: mapEncoder({ inputShape, filters: [2, 3], channels, seed: 1, ...small }),
  decoder: mapDecoder({ inputShape: [2, 2, channels], filters: [3, 2], outputShape: inputShape, seed: 2, ...small }),
});
const quantizer = vectorQuantizer({ codes: 6, dim: 3, restart: { below: 2 } });
const refused = (options: Partial<VqVaeOptions> & Record<string, unknown>) => () =>
  vqVae({ ...networks(), quantizer, ...options });
const batch = () => ({ x: random(5).uniform([4, ...inputShape]) });

describeModel("vqVae", {
  factory: vqVae,
  create: () => vqVae({ ...networks(), quantizer }),
  batch,
  invalid: {
    "no quantiser": refused({ quantizer: undefined as never }),
    "a misspelt option": refused({ quantiser: quantizer }),
    "codes of another size": refused({ quantizer: vectorQuantizer({ codes: 6, dim: 4 }) }),
    "a decoder of another map": refused({
      decoder: mapDecoder({ inputShape: [2, 2, 4], filters: [3, 2], outputShape: inputShape }),
    }),
    "a decoder that lacks parameters": refused({ likelihood: gaussian({ deviation: "learned" }) }),
  },
});

describeModel("vqVae, codes moved by gradients, restarted, by angles between projections", {
  factory: vqVae,
  create: () =>
    vqVae({
      ...networks(),
      quantizer: vectorQuantizer({
        ...{ codes: 6, dim: 3, projectedDim: 2, update: "gradient", distance: "cosine", restart: { below: 2 } },
      }),
    }),
  batch,
  invalid: {},
});

describeModel("vqVae, residuals", {
  factory: vqVae,
  create: () => vqVae({ ...networks(), quantizer: residualQuantizer({ levels: 2, codes: 5, dim: 3 }) }),
  batch,
  invalid: {},
});

describeModel("vqVae, finite scalars of a vector", {
  factory: vqVae,
  create: () =>
    vqVae({
      encoder: mlpEncoder({ inputShape, hiddenUnits: [4], latentDim: 2 }),
      decoder: mlpDecoder({ outputShape: inputShape, hiddenUnits: [4], latentDim: 2 }),
      quantizer: finiteScalarQuantizer({ levels: [4, 3] }),
    }),
  batch,
  invalid: {},
});

describe("vqVae", () => {
  it("has code numbers that stand for what it reconstructs", async () => {
    const model = vqVae({ ...networks(), quantizer });
    const { x } = batch();
    const codes = model.encodeCodes(x);
    expect([codes.dtype, codes.shape, model.codeShape, model.codeCount]).toEqual(["int32", [4, 2, 2, 1], [2, 2, 1], 6]);
    expect(await model.embedCodes(codes).array()).toEqual(await model.encode(x).array());
    expect(await model.decodeCodes(codes).array()).toEqual(await model.reconstruct(x).array());
    model.dispose();
  });

  it("bounds the likelihood with codes that are all as likely, and logs what its loss is made of", async () => {
    const model = vqVae({ ...networks(), quantizer });
    const { x } = batch();
    const { elbo, reconstruction, kl } = model.elbo(x, random(1));
    for (const value of await kl.data()) expect(value).toBeCloseTo(4 * Math.log(6), 5);
    expect((await elbo.data())[1]).toBeCloseTo(-(await reconstruction.data())[1]! - 4 * Math.log(6), 3);
    const { total, parts } = model.objectives[0]!.loss({ x }, stepContext(random(1)));
    const [loss] = await total.data();
    const [mean] = await tf.mean(reconstruction).data();
    const [commitment] = await parts!.commitment!.data();
    expect(Object.keys(parts!).sort()).toEqual(["commitment", "perplexity", "reconstruction", "used"]);
    expect(loss).toBeCloseTo(mean! + 0.25 * commitment!, 3);
    model.dispose();
  });
});
