import { linearSchedule, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import { sines } from "@latentkit/data";
import { type RecurrentCell, recurrentDecoder, recurrentEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type RecurrentAutoencoderOptions, recurrentAutoencoder, type SequenceBatch } from "../src/index.js";

tf.enableProdMode();

const [steps, features] = [6, 2];
const shape = { units: 5, latentDim: 3, seed: 1 };
const networks = (cell: RecurrentCell = "lstm", { masked = true, teacher = true } = {}) => ({
  encoder: recurrentEncoder({ inputShape: [steps, features], masked, cell, ...shape }),
  decoder: recurrentDecoder({ outputShape: [steps, features], teacher, cell, ...shape }),
});
const create = (options: Partial<RecurrentAutoencoderOptions> = {}) =>
  recurrentAutoencoder({
    ...(options.encoder === undefined && networks()),
    ...options,
  } as RecurrentAutoencoderOptions);
const data = sines({ count: 4, steps, minSteps: 2, features, seed: 3 });
const batch = () => data.gather();
const lossOf = (model: ReturnType<typeof create>, given: SequenceBatch, training = true) =>
  tf.tidy(() => model.objectives[0]!.loss(given, stepContext(random(1), 0, training)).total);

const kinds = {
  "lstm with mask and teacher": () => create({ teacherForcing: 1 }),
  "gru with mask and teacher": () => create({ ...networks("gru"), teacherForcing: 1 }),
  "free running": () => create({ ...networks("lstm", { masked: true, teacher: false }) }),
  "scheduled sampling": () => create({ teacherForcing: linearSchedule({ from: 0.5, to: 0, steps: 10 }) }),
};

for (const [name, make] of Object.entries(kinds)) {
  describeModel(`recurrentAutoencoder, ${name}`, {
    factory: recurrentAutoencoder,
    create: make,
    batch,
    invalid:
      name !== "free running"
        ? {}
        : {
            "a misspelt option": () => create({ forcing: 1 } as never),
            "a probability above 1": () => create({ teacherForcing: 1.5 }),
            "forcing without a teacher": () =>
              create({ ...networks("gru", { masked: true, teacher: false }), teacherForcing: 1 }),
            "a decoder of another code": () =>
              create({
                ...networks(),
                decoder: recurrentDecoder({ outputShape: [steps, features], units: 5, latentDim: 2 }),
              }),
            "a decoder of other sequences": () =>
              create({
                ...networks(),
                decoder: recurrentDecoder({ outputShape: [steps + 1, features], units: 5, latentDim: 3 }),
              }),
            "data of the wrong shape": () => make().encode(tf.zeros([2, steps, features + 1])),
            "a mask of the wrong shape": () =>
              make().encode(tf.zeros([2, steps, features]), { mask: tf.ones([2, steps + 1]) }),
            "a mask that the encoder has no place for": () =>
              create(networks("gru", { masked: false, teacher: true })).checkBatch?.(batch()),
            "codes of the wrong shape": () => make().decode(tf.zeros([2, 4])),
          },
  });
}

describe("recurrentAutoencoder", () => {
  it("takes no notice of masked steps in codes, loss, errors and gradients", async () => {
    const model = create();
    const { x, mask } = batch();
    const real = tf.reshape(mask, [4, steps, 1]);
    const garbage = tf.add(tf.mul(x, real), tf.mul(50, tf.sub(1, real)));
    await expectSameTensors(model.encode(garbage, { mask }), model.encode(x, { mask }));
    await expectSameTensors(model.errors(garbage, { mask }), model.errors(x, { mask }));
    const gradients = (given: tf.Tensor) => tf.variableGrads(() => lossOf(model, { x: given, mask }));
    const [a, b] = [gradients(garbage), gradients(x)];
    await expectSameTensors(a.value, b.value);
    for (const [name, gradient] of Object.entries(a.grads)) await expectSameTensors(gradient, b.grads[name]!);
    model.dispose();
  });

  it("has the loss of a sequence cut to its length by hand", async () => {
    const model = create({ teacherForcing: 0 });
    const { x, mask } = batch();
    const [lengths, xs] = [data.values("length"), (await x.array()) as number[][][]];
    const ys = (await model.reconstruct(x, { mask }).array()) as number[][][];
    let [sum, count] = [0, 0];
    const errors = xs.map((sequence, i) => {
      let own = 0;
      for (let t = 0; t < lengths[i]!; t++)
        for (let f = 0; f < features; f++) own += (sequence[t]![f]! - ys[i]![t]![f]!) ** 2;
      for (let t = lengths[i]!; t < steps; t++) expect(ys[i]![t]!.map(Math.abs)).toEqual([0, 0]);
      sum += own;
      count += lengths[i]! * features;
      return own / (lengths[i]! * features);
    });
    expect((await lossOf(model, { x, mask }).data())[0]).toBeCloseTo(sum / count, 5);
    await expectSameTensors(model.errors(x, { mask }), tf.tensor1d(errors), 1e-5);
    model.dispose();
  });

  it("runs freely in evaluation, forced in training", async () => {
    const forced = create({ teacherForcing: 1 });
    const free = create({ teacherForcing: 0 });
    const given = batch();
    await expectSameTensors(lossOf(forced, given, false), lossOf(free, given, false));
    expect((await lossOf(forced, given).data())[0]).not.toBeCloseTo((await lossOf(free, given).data())[0]!, 5);
    tf.dispose(given);
    forced.dispose();
    free.dispose();
  });

  it.each(["lstm", "gru"] as const)("has its gradient right through time, by finite differences (%s)", async (cell) => {
    const model = create({ ...networks(cell), teacherForcing: 0.5 });
    const given = batch();
    for (const network of Object.values(model.networks)) {
      const kernel = network.trainableWeights
        .map((weight) => weight.read() as tf.Variable)
        .find((variable) => variable.name.includes("/recurrent"))!;
      const start = kernel.clone();
      const { grads } = tf.variableGrads(() => lossOf(model, given), [kernel]);
      const analytical = await grads[kernel.name]!.data();
      const numerical = await finiteDifferences(
        (values) => {
          kernel.assign(values);
          return lossOf(model, given);
        },
        start,
        1e-2,
      );
      kernel.assign(start);
      // Float32 losses near 1 at h = 1e-2: differences are good to about 1e-5.
      for (const [i, slope] of numerical.entries()) expect(Math.abs(analytical[i]! - slope)).toBeLessThan(1e-4);
    }
    model.dispose();
  });

  it("learns sines of different lengths", async () => {
    const waves = sines({ count: 32, steps: 6, minSteps: 3, seed: 1 });
    const model = recurrentAutoencoder({
      encoder: recurrentEncoder({ inputShape: [6, 1], masked: true, units: 8, latentDim: 3, cell: "gru" }),
      decoder: recurrentDecoder({ outputShape: [6, 1], units: 8, latentDim: 3, cell: "gru" }),
    });
    const { history } = await train(model, waves, {
      steps: 30,
      batchSize: 32,
      optimizers: adam({ learningRate: 0.04 }),
    });
    expect(history.at(-1)!["recurrentAutoencoder/loss"]!).toBeLessThan(0.5 * history[0]!["recurrentAutoencoder/loss"]!);
    model.dispose();
  });

  it("takes images row by row", () => {
    const images = { units: 5, latentDim: 3 };
    const model = recurrentAutoencoder({
      encoder: recurrentEncoder({ inputShape: [6, 4, 1], ...images }),
      decoder: recurrentDecoder({ outputShape: [6, 4, 1], ...images, teacher: true }),
    });
    expect(model.reconstruct(tf.zeros([2, 6, 4, 1])).shape).toEqual([2, 6, 4, 1]);
    model.dispose();
  });
});

describe("recurrentAutoencoder with nothing to look at", () => {
  it("has the loss 0 and no slopes for masks of zeros, and errors of 0 for those sequences alone", async () => {
    const model = create(networks("gru"));
    const { x } = batch();
    const none = tf.zeros([4, steps]);
    const variables = model.networks.encoder.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => lossOf(model, { x, mask: none }), variables);
    expect((await value.data())[0]).toBe(0);
    for (const slope of Object.values(grads)) expect(Math.abs((await tf.max(tf.abs(slope)).data())[0]!)).toBe(0);
    const some = tf.concat([tf.zeros([1, steps]), tf.ones([3, steps])]);
    const errors = await model.errors(x, { mask: some }).data();
    expect(errors[0]).toBe(0);
    expect(Math.min(...errors.slice(1))).toBeGreaterThan(0);
    model.dispose();
  });

  it("trains on sequences of one step", async () => {
    const short = { units: 3, latentDim: 2, seed: 1 };
    const model = recurrentAutoencoder({
      encoder: recurrentEncoder({ inputShape: [1, 3], masked: true, ...short }),
      decoder: recurrentDecoder({ outputShape: [1, 3], teacher: true, ...short }),
    });
    const x = random(1).uniform([4, 1, 3]);
    const variables = Object.values(model.networks).flatMap((network) =>
      network.trainableWeights.map((weight) => weight.read() as tf.Variable),
    );
    const loss = () => lossOf(model, { x, mask: tf.ones([4, 1]) });
    const { value, grads } = tf.variableGrads(loss, variables);
    tf.tidy(() => {
      for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(0.1, grads[variable.name]!)));
    });
    expect((await loss().data())[0]).toBeLessThan((await value.data())[0]!);
    model.dispose();
  });
});
