import { type RandomSource, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { fromArrays } from "@latentkit/data";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { conditionalVae, type SemiSupervisedVaeOptions, semiSupervisedVae } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const [inputShape, classes] = [[4, 4, 1], 3];
const networks = (options: object = {}) => ({
  encoder: mlpGaussianEncoder({ inputShape, hiddenUnits: [8], latentDim: 2, classes, seed: 1, ...options }),
  decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: inputShape, classes, seed: 2, ...options }),
});
const classifier = (options: object = {}) =>
  mlpEncoder({ inputShape, hiddenUnits: [8], latentDim: classes, seed: 3, name: "classifier", ...options });
const batch = () => ({ x: random(5).uniform([4, ...inputShape]), label: tf.tensor1d([0, -1, 2, -1], "int32") });
/** The contract asks for examples of the batch's labels, where no label is no condition. */
const labelled = () => ({ x: random(5).uniform([4, ...inputShape]), label: tf.tensor1d([0, 1, 2, 1], "int32") });
const create = (options: Partial<SemiSupervisedVaeOptions> & Record<string, unknown> = {}) =>
  semiSupervisedVae({ ...networks(), classifier: classifier(), ...options });

describeModel("semiSupervisedVae", {
  factory: semiSupervisedVae,
  create,
  batch: labelled,
  invalid: {
    "no classifier": () => semiSupervisedVae(networks() as never),
    "a classifier of other classes": () => create({ classifier: classifier({ latentDim: 4 }) }),
    "a classifier of other data": () => create({ classifier: classifier({ inputShape: [5] }) }),
    "networks that are told nothing": () => create(networks({ classes: undefined })),
    "a negative weight": () => create({ alpha: -1 }),
    "a misspelt option": () => create({ alpa: 1 }),
  },
});

describe("semiSupervisedVae", () => {
  it("is the conditional bound of labelled examples and its mean over classes, less the entropy, of others", async () => {
    const parts = networks();
    const alpha = 2;
    const model = semiSupervisedVae({ ...parts, classifier: classifier(), alpha });
    const conditional = conditionalVae({ ...parts, given: { label: { classes } } });
    const noise = await random(7)
      .normal([4 * classes, 2])
      .array();
    const fixed: RandomSource = {
      normal: () => tf.tensor(noise as number[][]),
      uniform: () => {
        throw new Error("a Gaussian model draws no uniform noise");
      },
    };
    const { total, bound, crossEntropy, accuracy, elbos, logits } = tf.tidy(() => {
      const { x, label } = batch();
      const loss = model.objectives[0]!.loss({ x, label }, stepContext(fixed, 0, true));
      const each = tf.gather(x, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
      const tried = Array.from({ length: 4 * classes }, (_, i) => i % classes);
      const { elbo } = conditional.elbo(each, fixed, { label: tried });
      const told = loss.parts as Record<"bound" | "crossEntropy" | "accuracy", tf.Scalar>;
      return { ...told, total: loss.total, elbos: elbo, logits: model.classify(x) };
    });
    const rows = (await logits.array()).map((row) => {
      const sum = Math.log(row.reduce((all, value) => all + Math.exp(value), 0));
      return row.map((value) => value - sum);
    });
    const elbo = await elbos.data();
    const L = (example: number, y: number) => -elbo[example * classes + y]! + Math.log(classes);
    const unlabelled = (example: number) =>
      rows[example]!.reduce((sum, logq, y) => sum + Math.exp(logq) * (L(example, y) + logq), 0);
    const expected = (L(0, 0) + unlabelled(1) + L(2, 2) + unlabelled(3)) / 4;
    const errors = [-rows[0]![0]!, -rows[2]![2]!];
    expect((await bound.data())[0]).toBeCloseTo(expected, 4);
    expect((await crossEntropy.data())[0]).toBeCloseTo((errors[0]! + errors[1]!) / 2, 5);
    expect((await total.data())[0]).toBeCloseTo(expected + (alpha * (errors[0]! + errors[1]!)) / 4, 4);
    const right = [0, 2].filter((example) => rows[example]!.indexOf(Math.max(...rows[example]!)) === example).length;
    expect((await accuracy.data())[0]).toBeCloseTo(right / 2, 5);
    tf.dispose([total, bound, crossEntropy, accuracy, elbos, logits]);
    conditional.dispose();
    model.dispose();
  });

  it("learns from batches without any label, and refuses labels that are no class", async () => {
    const x = Array.from({ length: 8 }, (_, i) => Array.from({ length: 16 }, (_, j) => (i + j) % 2));
    const rows = (label: number) => fromArrays({ x, label: Int32Array.from({ length: 8 }, () => label) });
    const options = { steps: 2, batchSize: 4, seed: 1, optimizers: adam() };
    const make = () =>
      semiSupervisedVae({
        encoder: mlpGaussianEncoder({ inputShape: [16], hiddenUnits: [8], latentDim: 2, classes }),
        decoder: mlpDecoder({ outputShape: [16], hiddenUnits: [8], latentDim: 2, classes }),
        classifier: classifier({ inputShape: [16] }),
      });
    const [model, other] = [make(), make()];
    const { history } = await train(model, rows(-1) as never, options);
    expect(Object.values(history.at(-1)!).every(Number.isFinite)).toBe(true);
    expect(history.at(-1)!["semiSupervisedVae/crossEntropy"]).toBe(0);
    await expect(train(other, rows(3) as never, options)).rejects.toThrow(/-1 for none|−1 for none/);
    model.dispose();
    other.dispose();
  });

  it("tells two kinds of pictures apart from one label each", async () => {
    // The left half light, or the right one, with a tenth of the values turned over; of sixty-four, two are labelled.
    const flips = (await random(4).uniform([64, 16]).array()) as number[][];
    const values = flips.map((row, i) => row.map((flip, j) => Number(j < 8 === (i % 2 === 0)) ^ Number(flip < 0.1)));
    const label = Int32Array.from({ length: 64 }, (_, i) => (i < 2 ? i : -1));
    const data = fromArrays({ x: values, label });
    const shape = { hiddenUnits: [16], classes: 2, latentDim: 2 };
    const model = semiSupervisedVae({
      encoder: mlpGaussianEncoder({ inputShape: [16], ...shape, seed: 1 }),
      decoder: mlpDecoder({ outputShape: [16], ...shape, seed: 2 }),
      classifier: mlpEncoder({ inputShape: [16], hiddenUnits: [16], latentDim: 2, seed: 3, name: "classifier" }),
      alpha: 30,
    });
    await train(model, data as never, { steps: 80, batchSize: 32, seed: 1, optimizers: adam({ learningRate: 0.01 }) });
    const chosen = tf.tidy(() => tf.argMax(model.classify(tf.tensor2d(values)), 1));
    const found = [...(await chosen.data())];
    const right = found.filter((value, i) => value === i % 2).length;
    expect(right).toBeGreaterThanOrEqual(60);
    chosen.dispose();
    model.dispose();
  });
});
