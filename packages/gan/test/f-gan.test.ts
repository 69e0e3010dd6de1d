import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { type FDivergence, fDivergenceLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fGan } from "../src/index.js";
import { dataBatch, misfits, planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("fGan", {
  factory: fGan,
  create: () => fGan({ ...planePair(), divergence: "squaredHellinger" }),
  batch: dataBatch,
  invalid: {
    ...misfits(fGan),
    "an unknown divergence": () => fGan({ ...planePair(), divergence: "total" as never }),
  },
});

// Three outcomes that data and samples have with these probabilities, as eight draws of each.
const DATA = [4, 2, 2];
const SAMPLES = [1, 3, 4];
const draws = (counts: readonly number[], value: (ratio: number) => number): tf.Tensor2D => {
  const logits = counts.flatMap((count, i) => Array<number>(count).fill(value(DATA[i]! / SAMPLES[i]!)));
  return tf.tensor2d(logits, [logits.length, 1]);
};

/** The logit at which the critic is f′(p/q), the best there is, and f itself. */
const DIVERGENCES: Readonly<Record<FDivergence, { best: (u: number) => number; f: (u: number) => number }>> = {
  kl: { best: (u) => 1 + Math.log(u), f: (u) => u * Math.log(u) },
  reverseKl: { best: (u) => Math.log(u), f: (u) => -Math.log(u) },
  pearson: { best: (u) => 2 * (u - 1), f: (u) => (u - 1) ** 2 },
  squaredHellinger: { best: (u) => Math.log(u) / 2, f: (u) => (Math.sqrt(u) - 1) ** 2 },
  jensenShannon: {
    best: (u) => Math.log(u),
    f: (u) => u * Math.log(u) - (u + 1) * Math.log((u + 1) / 2),
  },
};

describe("fGan", () => {
  it.each(Object.entries(DIVERGENCES))(
    "estimates the divergence %s at the best critic, and less at others",
    async (name, { best, f }) => {
      const loss = fDivergenceLoss({ divergence: name as FDivergence });
      const exact = SAMPLES.reduce((sum, count, i) => sum + (count / 8) * f(DATA[i]! / count), 0);
      const at = async (shift: number): Promise<number> => {
        const logit = (u: number): number => best(u) + shift;
        return -(await readScalar(loss.discriminator(draws(DATA, logit), draws(SAMPLES, logit))));
      };
      expect(await at(0)).toBeCloseTo(exact, 5);
      expect(await at(0.3)).toBeLessThan(exact - 1e-3);
      expect(await at(-0.3)).toBeLessThan(exact - 1e-3);
      const balanced = loss.output(tf.tensor2d([[best(1)]]));
      expect(await readScalar(tf.mean(balanced) as tf.Scalar)).toBeCloseTo(loss.equilibrium!, 6);
    },
  );

  it("plays for its divergence, and logs the estimate", async () => {
    const model = fGan({ ...planePair(), divergence: "pearson" });
    const { discriminator } = model.networks;
    for (const weight of discriminator.weights) {
      const variable = weight.read() as tf.Variable;
      variable.assign(tf.zerosLike(variable));
    }
    const [first, second] = model.objectives.map((one) => one.loss(points(), stepContext(random(1))));
    expect(await readScalar(first!.total)).toBeCloseTo(0, 6);
    expect(await readScalar(first!.parts!.distance!)).toBeCloseTo(0, 6);
    expect(await readScalar(second!.total)).toBeCloseTo(0, 6);
    expect(model.adversarialLoss.name).toBe("pearson");
  });
});
