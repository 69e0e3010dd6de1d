/**
 * What looking at a model costs: during a compiled run a validation over 10,000 images and a sheet of 64 samples, then, by
 * `compileModel`, 1,000 samples and the codes of 10,000 images; by the executor and by the backend, in turns. `node --import tsx benchmarks/compiled/looking.ts [turns]`
 */
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { type Compile, compileModel, type Encodes, random, type Samples, type TrainingEvent } from "@latentkit/core";
import { compileEagerly } from "@latentkit/core/authoring";
import { fromTensors } from "@latentkit/data";
import { nonSaturatingGan } from "@latentkit/gan";
import { dcganDiscriminator, dcganGenerator, mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { sampleSheet } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const TURNS = Number(process.argv[2] ?? 12);
tf.enableProdMode();
await useBackend("wasm");
const pixels = random(1).fillUniform(new Float32Array(10_000 * 784), 0, 1);
const data = await fromTensors({ x: tf.tensor4d(pixels, [10_000, 28, 28, 1]) });

const sizes = { hiddenUnits: [400], latentDim: 20, seed: 1 };
const models = {
  "mlp-vae": () =>
    vae({
      encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...sizes }),
      decoder: mlpDecoder({ outputShape: [28, 28, 1], ...sizes }),
    }),
  dcgan28: () =>
    nonSaturatingGan({
      generator: dcganGenerator({ outputShape: [28, 28, 1], latentDim: 64, filters: [128, 64], seed: 1 }),
      discriminator: dcganDiscriminator({ inputShape: [28, 28, 1], filters: [64, 128], seed: 2 }),
    }),
};

for (const [name, create] of Object.entries(models)) {
  const model = create();
  const times: Record<string, number[]> = {};
  const time = async (what: string, body: () => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    await body();
    times[what] = [...(times[what] ?? []), performance.now() - start];
  };
  const measure = async ({ compile }: TrainingEvent): Promise<void> => {
    const losses = [compile, compileEagerly].map((by) =>
      by((batch, step) => ({ loss: model.objectives[0]!.loss(batch as { x: tf.Tensor }, step).total })),
    );
    for (let turn = 0; turn < TURNS + 2; turn++) {
      await time("sheet, executor", () => sampleSheet(model, { compile }));
      await time("sheet, backend", () => sampleSheet(model));
      for (const [i, prepared] of losses.entries()) {
        await time(`validation, ${["executor", "backend"][i]}`, async () => {
          for await (const batch of data.batches({ batchSize: 500 })) {
            const { loss } = await prepared.run(batch, random(1));
            await loss!.data();
            tf.dispose([loss!, ...Object.values(batch)]);
          }
        });
      }
    }
  };
  await train(model as ReturnType<typeof vae>, data, {
    ...{ steps: 2, batchSize: 128, seed: 1, executor: onnx(), optimizers: adam({ learningRate: 1e-4 }) },
    callbacks: [{ name: "measure", every: 2, onStep: measure }],
  });
  const x = tf.tensor4d(pixels, [10_000, 28, 28, 1]);
  const able = model as Samples & Partial<Encodes>;
  const by = (compile: Compile) => compileModel(able, compile, { batchSize: 500 });
  const looks = { executor: by(onnx().compile), backend: by(compileEagerly) };
  const done = async (result: tf.Tensor): Promise<void> => {
    await result.data();
    result.dispose();
  };
  for (let turn = 0; turn < TURNS + 2; turn++) {
    for (const [who, look] of Object.entries(looks)) {
      await time(`sample 1,000, ${who}`, async () => done(await look.sample({ count: 1000, random: random(turn) })));
      if (able.encode) await time(`encode 10,000, ${who}`, async () => done(await look.encode!(x)));
    }
  }
  for (const look of Object.values(looks)) await look.dispose();
  for (const [what, all] of Object.entries(times)) {
    const [first, ...rest] = [all[0]!, ...all.slice(2).sort((a, b) => a - b)];
    const at = (share: number) => rest[Math.min(rest.length - 1, Math.floor(share * rest.length))]!.toFixed(1);
    const mean = (rest.reduce((sum, value) => sum + value, 0) / rest.length).toFixed(1);
    console.log(`${name} ${what}: median ${at(0.5)}, mean ${mean}, p95 ${at(0.95)} ms; first ${first.toFixed(0)} ms`);
  }
  model.dispose();
}
