import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { autoregressiveConditioner, mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { flowPosterior, flowPrior, inverseAutoregressiveFlow, planarFlow, radialFlow } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { iwae, vae } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const networks = (heads: number[] = []) => ({
  encoder: mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [6], latentDim: 2, heads, seed: 1 }),
  decoder: mlpDecoder({ outputShape: [4], hiddenUnits: [6], latentDim: 2, seed: 2 }),
});
const batch = () => ({ x: random(5).uniform([3, 4]) });
const iaf = (reversed: boolean) =>
  inverseAutoregressiveFlow({
    conditioner: autoregressiveConditioner({ latentDim: 2, hiddenUnits: [4], reversed, contextDim: 3 }),
  });

describeModel("vae with planar and radial flows", {
  factory: vae,
  create: () =>
    vae({
      ...networks(),
      posterior: flowPosterior({ flows: [planarFlow({ latentDim: 2, steps: 2 }), radialFlow({ latentDim: 2 })] }),
    }),
  batch,
  invalid: {
    "flows of another size": () =>
      vae({ ...networks(), posterior: flowPosterior({ flows: [planarFlow({ latentDim: 3 })] }) }),
    "an encoder that tells flows nothing": () =>
      vae({ ...networks(), posterior: flowPosterior({ flows: [iaf(false)] }) }),
    "an encoder that tells flows too much": () =>
      vae({ ...networks([4]), posterior: flowPosterior({ flows: [iaf(false)] }) }),
  },
});

describeModel("iwae with inverse autoregressive flows and a prior of flows", {
  factory: iwae,
  create: () =>
    iwae({
      ...networks([3]),
      samples: 2,
      posterior: flowPosterior({ flows: [iaf(false), iaf(true)] }),
      prior: flowPrior({ flows: [planarFlow({ latentDim: 2, steps: 1 })] }),
    }),
  batch,
  invalid: {},
});

describe("a VAE with flows", () => {
  it("lists, trains and names the networks of its flows", () => {
    const model = vae({
      ...networks([3]),
      posterior: flowPosterior({ flows: [iaf(false), iaf(true)] }),
      prior: flowPrior({ flows: [planarFlow({ latentDim: 2, steps: 1 })] }),
    });
    expect(Object.keys(model.networks)).toEqual([
      "encoder",
      "decoder",
      "prior.flows.0.network",
      "posterior.flows.0.conditioner",
      "posterior.flows.1.conditioner",
    ]);
    expect(new Set(model.objectives[0]!.updates)).toEqual(new Set(Object.values(model.networks)));
    expect(() => model.posterior(tf.zeros([1, 4]))).toThrow("diagonal Gaussian");
    model.dispose();
  });

  it("has a bound that no draw lifts above the likelihood: the mean importance weight agrees with the plain model's", async () => {
    // The same p(x, z); q differs: both estimate log p(x).
    const nets = networks();
    const plain = vae(nets);
    const flows = [planarFlow({ latentDim: 2, steps: 3, seed: 4 }), radialFlow({ latentDim: 2, steps: 2, seed: 5 })];
    const bent = vae({ ...nets, posterior: flowPosterior({ flows }) });
    const { x } = batch();
    const estimate = async (model: typeof plain): Promise<Float32Array> => {
      const weights = model.logImportanceWeights(x, 3000, random(3));
      return (await tf.sub(tf.logSumExp(weights, 1), Math.log(3000)).data()) as Float32Array;
    };
    const [a, b] = [await estimate(plain), await estimate(bent)];
    // Deviations of 3,000 weights of effective size above 1,000: about 0.03 nats.
    for (const i of [0, 1, 2]) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(0.15);
    plain.dispose();
    bent.dispose();
  });
});
