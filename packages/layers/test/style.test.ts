import { readFileSync } from "node:fs";
import { random } from "@latentkit/core";
import { stepContext, withRandom, withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  activation,
  adaptiveInstanceNormalization,
  equalizedConv2d,
  equalizedDense,
  fadeIn,
  firFilter,
  learnedConstant,
  modulatedConv2d,
  noiseInjection,
  pixelNormalization,
} from "../src/index.js";
import { reloaded } from "./reloaded.js";

interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const torch = JSON.parse(readFileSync(new URL("./fixtures/style.json", import.meta.url), "utf8")) as Record<
  string,
  Record<string, Stored>
>;
const of = (name: string, part: string): tf.Tensor => {
  const { shape, values } = torch[name]![part]!;
  return tf.tensor([...values], [...shape]);
};

async function expectEqual(actual: tf.Tensor, expected: tf.Tensor, tolerance = 2e-5): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const scale = Math.max(1, ...(await tf.abs(expected).data()));
  expect((await tf.max(tf.abs(tf.sub(actual, expected))).data())[0]! / scale).toBeLessThan(tolerance);
}

/** Values and gradients of a layer by its inputs against torch's. */
async function expectTorch(
  name: string,
  layer: tf.layers.Layer,
  inputs: readonly string[],
  gradients: readonly string[],
) {
  const values = inputs.map((input) => of(name, input));
  const call = (...given: tf.Tensor[]) => layer.apply(given.length === 1 ? given[0]! : given) as tf.Tensor;
  await expectEqual(call(...values), of(name, "y"));
  const grads = tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(call(...given), of(name, "weight"))))(values);
  for (const [i, gradient] of gradients.entries()) await expectEqual(grads[i]!, of(name, gradient));
}

function setKernel(layer: tf.layers.Layer, value: tf.Tensor): tf.Variable {
  const kernel = layer.weights[0]!.read() as tf.Variable;
  kernel.assign(value);
  return kernel;
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("layers of style-based generators against torch", () => {
  it.each(["up", "down", "none"] as const)("filters pictures: %s", async (resample) => {
    const taps = resample === "none" ? [1, 2, 1] : [1, 3, 3, 1];
    await expectTorch(`fir ${resample}`, firFilter({ resample, taps }), ["x"], ["gradient"]);
  });

  it("modulates and demodulates each example's kernel", async () => {
    const layer = modulatedConv2d({ filters: 5, kernelSize: 3 });
    layer.apply([of("modulated", "x"), of("modulated", "style")]);
    const kernel = setKernel(layer, of("modulated", "kernel"));
    await expectTorch("modulated", layer, ["x", "style"], ["gx", "gs"]);
    const loss = () =>
      tf.sum(
        tf.mul(layer.apply([of("modulated", "x"), of("modulated", "style")]) as tf.Tensor, of("modulated", "weight")),
      ) as tf.Scalar;
    await expectEqual(tf.variableGrads(loss, [kernel]).grads[kernel.name]!, of("modulated", "gk"));
  });

  it("gives channels the moments that styles say", async () => {
    await expectTorch("adain", adaptiveInstanceNormalization(), ["x", "style"], ["gx", "gs"]);
  });

  it("normalises the features of a place", async () => {
    await expectTorch("pixel", pixelNormalization(), ["x"], ["gx"]);
  });

  it("has the second derivatives that R1 takes", async () => {
    const conv = equalizedConv2d({ filters: 4, kernelSize: 3, gain: Math.SQRT2, useBias: false });
    const down = firFilter({ resample: "down" });
    const act = activation({ kind: "leakyRelu", alpha: 0.2 });
    const critic = (x: tf.Tensor) => tf.sum(tf.square(act.apply(conv.apply(down.apply(x))) as tf.Tensor));
    const x = of("r1", "x");
    critic(x);
    const kernel = setKernel(conv, of("r1", "kernel"));
    const penalty = () => tf.sum(tf.square(tf.grad(critic)(x))) as tf.Scalar;
    const { value, grads } = tf.variableGrads(penalty, [kernel]);
    await expectEqual(value, of("r1", "penalty"));
    await expectEqual(grads[kernel.name]!, of("r1", "gk"), 1e-4);
  });
});

describe("equalised layers", () => {
  const variance = async (x: tf.Tensor) => (await tf.mean(tf.square(x)).data())[0]!;

  it.each([1, 0.01])("keep the variance at initialisation, with a rate scale of %d", async (rateScale) => {
    // 100 · 500 outputs, each of variance gain²: 2 % is four standard errors of their mean square and more.
    const x = random(1).normal([100, 200]);
    const dense = equalizedDense({ units: 500, gain: Math.SQRT2, rateScale, seed: 3 });
    expect(Math.abs((await variance(dense.apply(x) as tf.Tensor)) / 2 - 1)).toBeLessThan(0.05);
    expect(Math.abs((await variance(dense.weights[0]!.read())) * rateScale ** 2 - 1)).toBeLessThan(0.05);
    const conv = equalizedConv2d({ filters: 64, kernelSize: 3, rateScale, groups: 2, seed: 3 });
    const inner = tf.slice(conv.apply(random(2).normal([8, 10, 10, 32])) as tf.Tensor, [0, 1, 1, 0], [8, 8, 8, 64]);
    expect(Math.abs((await variance(inner)) - 1)).toBeLessThan(0.05);
  });

  it("begin with the bias that they are told", async () => {
    const dense = equalizedDense({ units: 3, biasStart: 1, rateScale: 0.1 });
    expect(await (dense.apply(tf.zeros([1, 2])) as tf.Tensor).data()).toEqual(new Float32Array([1, 1, 1]));
  });
});

describe("noise and fading", () => {
  it("adds the same noise to all channels, by a strength that begins at 0, and none in evaluation", async () => {
    const layer = noiseInjection();
    const x = tf.zeros([2, 3, 3, 2]);
    const noisy = () => withRandom(random(1), () => layer.apply(x, { training: true }) as tf.Tensor);
    expect((await tf.max(tf.abs(noisy())).data())[0]).toBe(0);
    (layer.weights[0]!.read() as tf.Variable).assign(tf.tensor1d([2]));
    await expectEqual(noisy(), tf.mul(random(1).normal([2, 3, 3, 1]), tf.fill([1, 1, 1, 2], 2)));
    expect((await tf.max(tf.abs(layer.apply(x) as tf.Tensor)).data())[0]).toBe(0);
  });

  it("passes from the first input to the second, and evaluation stands where training left it", async () => {
    const layer = fadeIn({ steps: 4 });
    const [before, after] = [tf.zeros([1, 2]), tf.fill([1, 2], 8)];
    const at = (update: number) =>
      withStep(
        stepContext(random(1), update, true),
        () => layer.apply([before, after], { training: true }) as tf.Tensor,
      );
    for (const [update, expected] of [
      [0, 0],
      [1, 2],
      [4, 8],
      [9, 8],
    ] as const) {
      expect((await at(update).data())[0]).toBe(expected);
      expect((await (layer.apply([before, after]) as tf.Tensor).data())[0]).toBe(expected);
    }
    expect(await (fadeIn({ steps: 0 }).apply([before, after]) as tf.Tensor).data()).toEqual(new Float32Array([8, 8]));
  });

  it("come back from files with all their options", async () => {
    const input = tf.input({ shape: [8, 8, 3] });
    const style = tf.layers
      .flatten()
      .apply(learnedConstant({ shape: [1, 1, 3], seed: 2 }).apply(input)) as tf.SymbolicTensor;
    const modulated = modulatedConv2d({ filters: 3, kernelSize: 3, seed: 4, demodulate: false, biasStart: 0.5 });
    const y = modulated.apply([input, style]) as tf.SymbolicTensor;
    const faded = fadeIn({ steps: 3 }).apply([input, y]) as tf.SymbolicTensor;
    const filtered = firFilter({ resample: "up" }).apply(pixelNormalization().apply(faded)) as tf.SymbolicTensor;
    const network = tf.model({ inputs: input, outputs: noiseInjection().apply(filtered) as tf.SymbolicTensor });
    const x = random(5).normal([2, 8, 8, 3]);
    await expectEqual(
      (await reloaded({ network })).network!.apply(x) as tf.Tensor,
      network.apply(x) as tf.Tensor,
      1e-7,
    );
  });
});

describe("inputs of another shape", () => {
  it("are refused with both shapes", () => {
    const x = tf.zeros([1, 4, 4, 3]);
    expect(() => modulatedConv2d({ filters: 2, kernelSize: 3 }).apply([x, tf.zeros([1, 4])])).toThrow(
      /modulatedConv2d: expected .* received \[1, 4, 4, 3\] and \[1, 4\]/,
    );
    expect(() => adaptiveInstanceNormalization().apply([x, tf.zeros([1, 3])])).toThrow(/expected .*2 · channels/);
    expect(() => fadeIn({ steps: 1 }).apply([x, tf.zeros([1, 2, 2, 3])])).toThrow(/fadeIn: expected two inputs/);
  });
});
