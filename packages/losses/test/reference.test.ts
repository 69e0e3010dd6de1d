import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bernoulliCrossEntropy,
  categorical,
  categoricalCrossEntropy,
  gaussian,
  gaussianNegativeLogLikelihood,
  klGaussians,
  klSparsity,
  klStandardNormal,
  l1Activity,
  meanAbsoluteError,
  meanSquaredError,
} from "../src/index.js";
import fixture from "./fixtures/losses.json" with { type: "json" };

tf.enableProdMode();

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Each takes the fixture's fixed inputs, then those that are differentiated. */
const functions: Readonly<Record<string, (...inputs: tf.Tensor[]) => tf.Tensor>> = {
  meanSquaredError: (x, y) => meanSquaredError(x!, y!),
  meanAbsoluteError: (x, y) => meanAbsoluteError(x!, y!),
  bernoulliCrossEntropy: (x, logits) => bernoulliCrossEntropy(x!, logits!),
  gaussianNegativeLogLikelihood: (x, mean, logVariance) => gaussianNegativeLogLikelihood(x!, mean!, logVariance!),
  categoricalCrossEntropy: (labels, logits) => categoricalCrossEntropy(labels!, logits!),
  klStandardNormal: (mean, logVariance) => klStandardNormal(mean!, logVariance!),
  klGaussians: (m1, v1, m2, v2) => klGaussians(m1!, v1!, m2!, v2!),
  "gaussian, fixed": (x, p) => gaussian({ deviation: 0.3 }).negativeLogLikelihood(x!, p!),
  "gaussian, learned": (x, p) => gaussian({ deviation: "learned" }).negativeLogLikelihood(x!, p!),
  categorical: (x, p) => categorical(5).negativeLogLikelihood(x!, p!),
  "categorical, class numbers": (x, p) => categorical(5, { high: 4 }).negativeLogLikelihood(x!, p!),
  l1Activity: (z) => l1Activity(z!),
  klSparsity: (q) => klSparsity(0.05, q!),
};

const tensor = ({ shape, values }: Values): tf.Tensor => tf.tensor([...values], [...shape], "float32");

/** Float32 keeps seven digits; a few are lost in sums and in exponentials of magnitude e¹². */
async function expectClose(actual: tf.Tensor, expected: Values, what: string): Promise<void> {
  expect(actual.shape, what).toEqual(expected.shape);
  const scale = Math.max(...expected.values.map(Math.abs));
  const values = await actual.data();
  for (const [i, value] of expected.values.entries()) {
    expect(Math.abs(values[i]! - value), `${what}[${i}]`).toBeLessThanOrEqual(3e-5 * scale + 1e-6);
  }
}

describe.each(["cpu", "wasm"])("losses on %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each(fixture.map((known, i) => ({ ...known, i })))(
    "$i $name: value and gradients are PyTorch's",
    async (known) => {
      const f = functions[known.name]!;
      const fixed = known.fixed.map(tensor);
      const inputs = known.inputs.map(tensor);
      const value = f(...fixed, ...inputs);
      await expectClose(value, known.value, "value");

      const weights = tf.tensor(
        Array.from({ length: value.size }, (_, i) => (i + 1) / value.size),
        value.shape,
      );
      const weighted = (...xs: tf.Tensor[]): tf.Tensor => tf.sum(tf.mul(f(...fixed, ...xs), weights));
      const gradients = tf.grads(weighted)(inputs);
      for (const [i, gradient] of gradients.entries())
        await expectClose(gradient, known.gradients[i]!, `gradient ${i}`);

      if (known.penaltyGradients.every(({ values }) => values.every((v) => v === 0))) return;
      const penalty = (...xs: tf.Tensor[]): tf.Tensor =>
        tf.addN(
          tf
            .grads(weighted)(xs)
            .map((gradient) => tf.sum(tf.square(gradient))),
        );
      const seconds = tf.grads(penalty)(inputs);
      for (const [i, second] of seconds.entries())
        await expectClose(second, known.penaltyGradients[i]!, `gradient ${i} of the squared gradient`);
    },
  );

  it("leaks no tensor", () => {
    const inputs = fixture.map(({ fixed, inputs }) => [...fixed, ...inputs].map(tensor));
    const before = tf.memory().numTensors;
    for (const [i, { name }] of fixture.entries()) functions[name]!(...inputs[i]!).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });
});
