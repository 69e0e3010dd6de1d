import { linearSchedule, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { patchDiscriminator, unetGenerator } from "@latentkit/layers";
import { hingeLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { pairedTranslation } from "../src/index.js";
import { readScalar } from "./networks.js";
import { useCpu } from "./setup.js";
import { colouring, pictures } from "./translation-networks.js";

beforeAll(useCpu);

const batch = () => ({ source: pictures(1, "source"), x: pictures(3, "x") });

describeModel("pairedTranslation", {
  factory: pairedTranslation,
  create: () => pairedTranslation(colouring()),
  batch,
  invalid: {
    "a discriminator that does not see the source": () =>
      pairedTranslation({ ...colouring(), discriminator: patchDiscriminator({ inputShape: [8, 8, 3], filters: [3] }) }),
    "verdicts of two numbers": () =>
      pairedTranslation({
        ...colouring(),
        discriminator: patchDiscriminator({ inputShape: [8, 8, 4], filters: [3], outputs: 2 }),
      }),
    "pictures of another size": () =>
      pairedTranslation({
        ...colouring(),
        generator: tf.sequential({
          layers: [tf.layers.maxPooling2d({ poolSize: 2, inputShape: [8, 8, 1] })],
        }),
      }),
    "a misspelt option": () => pairedTranslation({ ...colouring(), lambda: 1 } as never),
  },
});

/** log(1 + eˣ) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

describe("pairedTranslation", () => {
  it("plays for the paper's losses, written out in numbers", async () => {
    // Without training nothing is normalised over the batch: the networks' own predictions are what the losses see.
    const model = pairedTranslation({ ...colouring(), reconstructionWeight: 7, adversarialWeight: 0.5 });
    const { source, x } = batch();
    const step = () => stepContext(random(1), 0, false);
    const made = model.translate(source);
    const verdicts = async (shown: tf.Tensor) => [
      ...(await (model.networks.discriminator.predict(tf.concat([source, shown], 3)) as tf.Tensor).data()),
    ];
    const [real, fake] = [await verdicts(x), await verdicts(made)];
    const [wanted, given] = [await x.data(), await made.data()];
    const error = mean(wanted.map((value, i) => Math.abs(value - given[i]!)));
    const [discriminator, generator] = model.objectives;
    const judged = discriminator!.loss({ source, x }, step());
    expect(await readScalar(judged.total)).toBeCloseTo(
      mean(real.map((v) => softplus(-v))) + mean(fake.map((v) => softplus(v))),
      4,
    );
    const played = generator!.loss({ source, x }, step());
    expect(await readScalar(played.parts!.reconstruction!)).toBeCloseTo(7 * error, 4);
    expect(await readScalar(played.total)).toBeCloseTo(0.5 * mean(fake.map((v) => softplus(-v))) + 7 * error, 4);
  });

  it("is regression alone without the adversarial loss, and follows schedules and other losses", async () => {
    const { source, x } = batch();
    const plain = pairedTranslation({ ...colouring(), adversarialWeight: 0, reconstructionWeight: 1 });
    const error = tf.mean(tf.abs(tf.sub(x, plain.translate(source))));
    const { total } = plain.objectives[1]!.loss({ source, x }, stepContext(random(1), 0, false));
    expect(await readScalar(total)).toBeCloseTo(await readScalar(error), 6);
    const fading = pairedTranslation({
      ...colouring(),
      loss: hingeLoss(),
      reconstructionWeight: linearSchedule({ from: 0, to: 10, steps: 10 }),
    });
    const part = async (at: number) =>
      readScalar(fading.objectives[1]!.loss({ source, x }, stepContext(random(1), at, false)).parts!.reconstruction!);
    expect([await part(0), (await part(5)) / (await part(10))]).toEqual([0, expect.closeTo(0.5, 5)]);
  });

  it("translates each picture by itself, and refuses others", () => {
    const model = pairedTranslation({
      generator: unetGenerator({ inputShape: [8, 8, 1], filters: [3], normalization: "none" }),
      discriminator: patchDiscriminator({ inputShape: [8, 8, 2], filters: [3] }),
    });
    expect(model.translate(pictures(1, "source", 2)).shape).toEqual([2, 8, 8, 1]);
    expect(() => model.translate(pictures(3, "x"))).toThrow(/source/);
    expect(() => model.checkBatch!({ x: pictures(1, "x") } as never)).toThrow(/field `source`/);
  });
});
