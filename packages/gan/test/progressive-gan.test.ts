import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { fromTensors } from "@latentkit/data";
import { growNetwork, progressiveDiscriminator, progressiveGenerator } from "@latentkit/layers";
import { trainStages } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Gan, progressiveGan } from "../src/index.js";
import { readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const pair = (options: { readonly side?: number; readonly classes?: number; readonly fadeSteps?: number } = {}) => {
  const { side = 8, fadeSteps = 0, classes } = options;
  const shared = { filters: side === 8 ? [4, 3] : [4], fadeSteps, seed: 1, ...(classes && { classes }) };
  return {
    generator: progressiveGenerator({ ...shared, outputShape: [side, side, 2], latentDim: 3 }),
    discriminator: progressiveDiscriminator({ ...shared, inputShape: [side, side, 2], groupSize: 2 }),
  };
};
const batch = () => ({ x: random(5).uniform([4, 8, 8, 2]) });

describeModel("progressiveGan", {
  factory: progressiveGan,
  create: () => progressiveGan(pair()),
  batch,
  invalid: {
    "a critic of another size": () =>
      progressiveGan({ generator: pair().generator, discriminator: pair({ side: 4 }).discriminator }),
    "a negative drift": () => progressiveGan({ ...pair(), driftWeight: -1 }),
    "classes that the networks are not told": () => progressiveGan({ ...pair(), given: { label: { classes: 3 } } }),
  },
});

describe("progressiveGan", () => {
  it("keeps scores of data near 0 by ε·E[D(x)²], beside the critic's loss", async () => {
    const losses = async (driftWeight: number) => {
      const model = progressiveGan({ ...pair(), driftWeight, penaltyWeight: 0 });
      const logit = model.networks.discriminator.getLayer("discriminator/logit");
      logit.setWeights([logit.getWeights()[0]!, tf.tensor1d([2])]);
      const { total, parts } = model.objectives[0]!.loss(batch(), stepContext(random(1), 0, true));
      const scores = model.networks.discriminator.apply(batch().x) as tf.Tensor;
      const square = await readScalar(tf.mean(tf.square(scores)));
      return { total: await readScalar(total), drift: await readScalar(parts!.drift!), square };
    };
    const [none, some] = [await losses(0), await losses(0.5)];
    expect(some.drift).toBeCloseTo(0.5 * some.square, 5);
    expect(some.total - none.total).toBeCloseTo(some.drift, 5);
    expect(some.square).toBeGreaterThan(1);
  });

  it("makes pictures of the classes that it is told", async () => {
    const model = progressiveGan({ ...pair({ classes: 3 }), given: { label: { classes: 3 } } });
    const pictures = model.sample({ count: 2, random: random(1), given: { label: [0, 2] } });
    expect(pictures.shape).toEqual([2, 8, 8, 2]);
    const same = model.sample({ count: 2, random: random(1), given: { label: [1, 2] } });
    const moved = await tf.sum(tf.abs(tf.sub(pictures, same)), [1, 2, 3]).data();
    expect(moved[0]).toBeGreaterThan(1e-3);
    expect(moved[1]).toBe(0);
  });
});

describe("stages of progressiveGan", () => {
  it("go on where they were, in the middle of a fade", async () => {
    const folder = await mkdtemp(join(tmpdir(), "progressive-"));
    const grown = (abortAt?: number, checkpoint?: object) => {
      let last: Gan | undefined;
      let side = 0;
      const controller = new AbortController();
      const stages = [4, 8].map((size) => async () => {
        side = size;
        const networks = pair({ side, fadeSteps: last ? 6 : 0 });
        if (last) growNetwork(networks.generator, last.networks.generator);
        if (last) growNetwork(networks.discriminator, last.networks.discriminator);
        last = progressiveGan(networks);
        const data = await fromTensors({ x: random(side).uniform([8, side, side, 2]) });
        return { name: `side${side}`, model: last, data };
      });
      const stopping = {
        name: "stopping",
        every: 1,
        onStep: ({ step }: { readonly step: number }) => {
          if (side === 8 && step === abortAt) controller.abort();
        },
      };
      const options = { steps: 5, batchSize: 4, seed: 3, optimizers: "adam" as const, signal: controller.signal };
      return trainStages(stages, { ...options, callbacks: [stopping], ...checkpoint }).then(({ stopped }) => ({
        stopped,
        weights: last!.networks.generator.getWeights(),
      }));
    };
    const whole = await grown();
    const broken = await grown(2, { checkpoint: { folder } });
    expect(broken.stopped).toBe("aborted");
    const resumed = await grown(undefined, { checkpoint: { folder, resume: true } });
    expect(resumed.stopped).toBe("completed");
    for (const [i, weight] of whole.weights.entries()) {
      expect(await resumed.weights[i]!.data()).toEqual(await weight.data());
    }
    await rm(folder, { recursive: true });
  });
});
