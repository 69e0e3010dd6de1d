import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { type Compile, compileModel, type GivenLike, random } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { conditionalVae, vae } from "@latentkit/vae";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

const SIZES = { hiddenUnits: [24], latentDim: 3, seed: 1 };
const SHAPE = [8, 8, 1];

beforeAll(async () => {
  tf.enableProdMode();
  await useBackend("wasm");
});

function networks(options: { readonly classes?: number } = {}) {
  return {
    encoder: mlpGaussianEncoder({ inputShape: SHAPE, ...SIZES, ...options }),
    decoder: mlpDecoder({ outputShape: SHAPE, ...SIZES, ...options }),
  };
}

/** An executor's `compile` that counts its calls. */
function counting(): { compile: Compile; readonly made: () => number; readonly freed: () => number } {
  const executor = onnx();
  let [made, freed] = [0, 0];
  const compile: Compile = (fn) => {
    made++;
    const prepared = executor.compile(fn);
    const dispose = (): void | Promise<void> => {
      freed++;
      return prepared.dispose();
    };
    return { run: (...call) => prepared.run(...call), dispose };
  };
  return { compile, made: () => made, freed: () => freed };
}

async function farthest(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b)))).array() as Promise<number>;
}

describe("a compiled model", () => {
  it("gives the model's own numbers, whatever the number of rows, and is made ready once", async () => {
    const model = vae(networks());
    const { compile, made } = counting();
    const fast = compileModel(model, compile, { batchSize: 32 });
    for (const rows of [1, 5, 16, 32, 71]) {
      const x = random(rows).uniform([rows, ...SHAPE]);
      expect(await farthest(await fast.encode(x), model.encode(x))).toBeLessThan(1e-6);
      expect(await farthest(await fast.reconstruct(x), model.reconstruct(x))).toBeLessThan(1e-6);
    }
    expect(made()).toBe(2);
  });

  it("draws the samples of the same stream, which it moves on alike, and sees weights that changed", async () => {
    const model = vae(networks());
    const { compile, made } = counting();
    const fast = compileModel(model, compile);
    const [stream, twin] = [random(3).stream("samples"), random(3).stream("samples")];
    for (const from of ["mean", "mean", "mean", "distribution", "mean"] as const) {
      const [drawn, own] = [
        await fast.sample({ count: 5, random: stream, from }),
        model.sample({ count: 5, random: twin, from }),
      ];
      expect(await farthest(drawn, own)).toBeLessThan(1e-6);
      const [, variable] = model.networks.decoder.weights.map((weight) => weight.read());
      (variable as tf.Variable).assign(tf.add(variable!, 0.1));
    }
    expect(made()).toBe(2);
  });

  it("takes conditions as numbers, lists and tensors, as inputs of one function", async () => {
    const model = conditionalVae({ ...networks({ classes: 4 }), given: { label: { classes: 4 } } });
    const { compile, made } = counting();
    const fast = compileModel(model, compile, { batchSize: 4 });
    const z = random(1).normal([6, 3]);
    const asked: GivenLike[] = [
      { label: 2 },
      { label: [0, 1, 2, 3, 0, 1] },
      { label: tf.tensor1d([3, 2, 1, 0, 1, 2], "int32") },
    ];
    for (const given of asked) {
      expect(await farthest(await fast.decode(z, given), model.decode(z, given))).toBeLessThan(1e-6);
    }
    expect(made()).toBe(1);
    await expect(fast.decode(z, { label: 4 })).rejects.toThrow(
      /class numbers from 0 to 3 in `given.label`, received 4/,
    );
    await expect(fast.decode(z, { lable: 1 })).rejects.toThrow(
      /unknown condition `given.lable`; the conditions are label/,
    );
  });

  it("leaves no tensors, keeps a bounded number of functions, and frees them", async () => {
    const model = vae(networks());
    const { compile, made, freed } = counting();
    const fast = compileModel(model, compile);
    await fast.sample(2).then((drawn) => drawn.dispose());
    const before = tf.memory().numTensors;
    for (let count = 1; count <= 12; count++) (await fast.sample(count)).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect([made(), freed()]).toEqual([12, 4]);
    await fast.dispose();
    expect(freed()).toBe(12);
  });

  it("refuses what is no executor or no model", () => {
    const model = vae(networks());
    expect(() => compileModel(model, "onnx" as unknown as Compile)).toThrow(
      /compileModel: expected `executor` to be an executor, received string/,
    );
    expect(() => compileModel({}, onnx())).toThrow(/compileModel: expected `model` to have one of encode/);
  });
});
