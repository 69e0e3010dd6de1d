import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import type { Compile, TrainingEvent } from "@latentkit/core";
import { maxOf } from "@latentkit/core/authoring";
import { glyphs } from "@latentkit/data";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import { conditionalVae, vae } from "@latentkit/vae";
import {
  interpolationSheet,
  latentManifold,
  type Picture,
  reconstructionSheet,
  sampleSheet,
  traversalSheet,
} from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

const SIZES = { hiddenUnits: [24], latentDim: 3, seed: 1 };
const data = glyphs({ count: 80, seed: 1 });

beforeAll(async () => {
  tf.enableProdMode();
  await useBackend("wasm");
});

function networks(options: { readonly classes?: number } = {}) {
  return {
    encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...SIZES, ...options }),
    decoder: mlpDecoder({ outputShape: [28, 28, 1], ...SIZES, ...options }),
  };
}

/** Sheets drawn during a compiled run, each computed by the run's executor and by the backend, at steps 2 and 4. */
async function drawn(
  model: ReturnType<typeof vae> | ReturnType<typeof conditionalVae>,
  sheets: Readonly<Record<string, (options: { compile?: Compile }) => Promise<Picture>>>,
) {
  const pairs: { name: string; step: number; eager: Picture; compiled: Picture }[] = [];
  let compilations = 0;
  const draw = async ({ compile, step }: TrainingEvent) => {
    counted ??= (fn) => {
      compilations++;
      return compile(fn);
    };
    for (const [name, sheet] of Object.entries(sheets)) {
      pairs.push({ name, step, eager: await sheet({}), compiled: await sheet({ compile: counted }) });
    }
  };
  let counted: Compile | undefined;
  const before = tf.memory().numTensors;
  await train(model as ReturnType<typeof vae>, data, {
    ...{ steps: 4, batchSize: 16, seed: 2, executor: onnx(), optimizers: adam({ learningRate: 0.01 }) },
    callbacks: [{ name: "sheets", every: 2, onStep: draw }],
  });
  expect(tf.memory().numTensors).toBe(before);
  return { pairs, compilations };
}

function expectEqualPictures({ pairs }: Awaited<ReturnType<typeof drawn>>, count: number): void {
  expect(pairs).toHaveLength(count);
  for (const { name, step, eager, compiled } of pairs) {
    expect([compiled.width, compiled.height], name).toEqual([eager.width, eager.height]);
    // A rounding error may move a grey level by one.
    const apart = maxOf(Array.from(eager.data, (value, i) => Math.abs(value - compiled.data[i]!)));
    expect(apart, `${name} at step ${step}`).toBeLessThanOrEqual(1);
  }
}

describe("sheets of a compiled run", () => {
  it("are the same pictures computed by the run's executor, with the newest weights, and made ready once", async () => {
    const model = vae(networks());
    const { x } = (await data.batches({ batchSize: 70 })[Symbol.asyncIterator]().next()).value!;
    const [from, to, code] = [tf.slice(x, 0, 2), tf.slice(x, 2, 2), tf.zeros([1, 3])];
    const result = await drawn(model, {
      samples: (options) => sampleSheet(model, { count: 9, seed: 3, ...options }),
      reconstructions: (options) => reconstructionSheet(model, x, options),
      manifold: (options) => latentManifold(model, { columns: 5, ...options }),
      morphs: (options) => interpolationSheet(model, from, to, options),
      traversal: (options) => traversalSheet(model, code, options),
    });
    expectEqualPictures(result, 10);
    // One each for sampling, reconstructing and encoding, and one for all that decode.
    expect(result.compilations).toBe(4);
    const [first, second] = [result.pairs[0]!, result.pairs[5]!];
    expect(second.compiled.data).not.toEqual(first.compiled.data);
    model.dispose();
  });

  it("take conditions as numbers and as tensors", async () => {
    const model = conditionalVae({ ...networks({ classes: 10 }), given: { label: { classes: 10 } } });
    const batch = (await data.batches({ batchSize: 6 })[Symbol.asyncIterator]().next()).value!;
    const result = await drawn(model, {
      wanted: (options) => sampleSheet(model, { count: 4, given: { label: [0, 1, 2, 3] }, ...options }),
      others: (options) => sampleSheet(model, { count: 4, given: { label: 7 }, ...options }),
      reconstructions: (options) => reconstructionSheet(model, batch.x, { given: { label: batch.label }, ...options }),
    });
    expectEqualPictures(result, 6);
    expect(result.compilations).toBe(2);
    expect(result.pairs[0]!.compiled.data).not.toEqual(result.pairs[1]!.compiled.data);
    model.dispose();
  });
});
