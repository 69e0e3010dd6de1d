import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { patchDiscriminator, residualGenerator } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { unpairedTranslation } from "../src/index.js";
import { readScalar } from "./networks.js";
import { useCpu } from "./setup.js";
import { pictures, restyling } from "./translation-networks.js";

beforeAll(useCpu);

const batch = () => ({ x: pictures(2, "x"), y: pictures(2, "y") });
const other = () => residualGenerator({ inputShape: [8, 8, 2], outputChannels: 1, filters: [3], blocks: 1 });

describeModel("unpairedTranslation", {
  factory: unpairedTranslation,
  create: () => unpairedTranslation({ ...restyling(), identityWeight: 5, replay: { capacity: 6 } }),
  batch,
  invalid: {
    "a generator that does not lead back": () => unpairedTranslation({ ...restyling(), forward: other() }),
    "a discriminator of other pictures": () =>
      unpairedTranslation({
        ...restyling(),
        discriminatorX: patchDiscriminator({ inputShape: [8, 8, 1], filters: [3] }),
      }),
    "a misspelt option": () => unpairedTranslation({ ...restyling(), lambda: 1 } as never),
    "an identity between pictures of other channels": () =>
      unpairedTranslation({
        ...restyling(),
        forward: other(),
        backward: residualGenerator({ inputShape: [8, 8, 1], outputChannels: 2, filters: [3], blocks: 1 }),
        discriminatorY: patchDiscriminator({ inputShape: [8, 8, 1], filters: [3] }),
        identityWeight: 1,
      }),
  },
});

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

describe("unpairedTranslation", () => {
  it("plays for the paper's losses, written out in numbers", async () => {
    const model = unpairedTranslation({ ...restyling(), cycleWeight: 3, identityWeight: 2 });
    const { forward, backward, discriminatorX, discriminatorY } = model.networks;
    const { x, y } = batch();
    const run = (network: tf.LayersModel, given: tf.Tensor) => network.predict(given) as tf.Tensor;
    const values = async (network: tf.LayersModel, given: tf.Tensor) => [...(await run(network, given).data())];
    const apart = async (a: tf.Tensor, b: tf.Tensor) => {
      const [first, second] = [await a.data(), await b.data()];
      return mean(first.map((value, i) => Math.abs(value - second[i]!)));
    };
    const [madeY, madeX] = [run(forward, x), run(backward, y)];
    const square = (verdicts: number[], target: number) => mean(verdicts.map((v) => (v - target) ** 2));
    const step = () => stepContext(random(1), 0, false);
    const [discriminators, generators] = model.objectives;

    const judged = discriminators!.loss({ x, y }, step());
    const ofX = square(await values(discriminatorX, x), 1) + square(await values(discriminatorX, madeX), 0);
    const ofY = square(await values(discriminatorY, y), 1) + square(await values(discriminatorY, madeY), 0);
    expect(await readScalar(judged.parts!.x!)).toBeCloseTo(ofX, 4);
    expect(await readScalar(judged.total)).toBeCloseTo(ofX + ofY, 4);

    const { total, parts } = generators!.loss({ x, y }, step());
    const fooled = square(await values(discriminatorY, madeY), 1) + square(await values(discriminatorX, madeX), 1);
    const cycle = 3 * ((await apart(run(backward, madeY), x)) + (await apart(run(forward, madeX), y)));
    const identity = 2 * ((await apart(run(forward, y), y)) + (await apart(run(backward, x), x)));
    expect(await readScalar(parts!.adversarial!)).toBeCloseTo(fooled, 4);
    expect(await readScalar(parts!.cycle!)).toBeCloseTo(cycle, 4);
    expect(await readScalar(parts!.identity!)).toBeCloseTo(identity, 4);
    expect(await readScalar(total)).toBeCloseTo(fooled + cycle + identity, 4);
  });

  it("remembers made pictures of each kind: half of a batch takes places, in training alone", async () => {
    const model = unpairedTranslation({ ...restyling(), replay: { capacity: 4 } });
    const memories = () => Promise.all(Object.values(model.state!).map(async (memory) => [...(await memory.data())]));
    const before = await memories();
    expect(Object.keys(model.state!)).toEqual(["memoryX", "memoryY"]);
    const pair = { x: pictures(2, "x", 4), y: pictures(2, "y", 4) };
    model.objectives[0]!.loss(pair, stepContext(random(1), 0, false));
    expect(await memories()).toEqual(before);
    model.objectives[0]!.loss(pair, stepContext(random(1), 0, true));
    const after = await memories();
    const size = before[0]!.length / 4;
    for (const [kind, values] of after.entries()) {
      const changed = [0, 1, 2, 3].filter((place) =>
        values.slice(place * size, (place + 1) * size).some((value, i) => value !== before[kind]![place * size + i]),
      );
      expect(changed.length).toBe(2);
    }
  });

  it("translates there and back", async () => {
    const model = unpairedTranslation(restyling());
    const { x } = batch();
    const there = model.translate(x);
    const expected = await (model.networks.forward.predict(x) as tf.Tensor).data();
    expect(await there.data()).toEqual(expected);
    expect(model.translateBack(there).shape).toEqual(x.shape);
  });
});
