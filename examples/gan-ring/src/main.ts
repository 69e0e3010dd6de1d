/**
 * Mode collapse on a ring of eight Gaussians, and its cures, side by side:
 *
 *     pnpm --filter @latentkit/example-gan-ring start
 *     … start --steps 4000 --seed 1 --out runs/gan-ring
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random, type TrainingEvent } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { ring } from "@latentkit/data";
import { type Gan, ganDiagnostics, nonSaturatingGan, r1Term, relativisticGan } from "@latentkit/gan";
import { type MlpDiscriminatorOptions, mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import { mixtureCoverage } from "@latentkit/metrics";
import { adam, train } from "@latentkit/training";
import { type Picture, savePicture, stackPictures } from "@latentkit/viz";
import { drawField } from "./field.js";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "3000" },
    seed: { type: "string", default: "0" },
    out: { type: "string", default: "runs/gan-ring" },
    executor: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
await useBackend();

const data = ring({ count: 20_000, seed });
const centres = data.info.centres;
const generator = () => mlpGenerator({ latentDim: 2, hiddenUnits: [128, 128], outputShape: [2], seed });
const discriminator = (options: Partial<MlpDiscriminatorOptions> = {}) =>
  mlpDiscriminator({ inputShape: [2], hiddenUnits: [128, 128], seed, ...options });

/** The plain game, two that see several samples at once, and two that keep the discriminator's slope in check. */
const games: Readonly<Record<string, () => Gan>> = {
  plain: () => nonSaturatingGan({ generator: generator(), discriminator: discriminator() }),
  pack: () => nonSaturatingGan({ generator: generator(), discriminator: discriminator({ inputShape: [4] }), pack: 2 }),
  minibatch: () =>
    nonSaturatingGan({
      generator: generator(),
      discriminator: discriminator({ minibatchDiscrimination: { kernels: 16, dimensions: 4 } }),
    }),
  r1: () =>
    nonSaturatingGan({ generator: generator(), discriminator: discriminator(), penalty: r1Term({ weight: 0.01 }) }),
  relativistic: () => relativisticGan({ generator: generator(), discriminator: discriminator(), penaltyWeight: 0.01 }),
};

console.log("game          modes  high quality  reverse KL");
const rows: Picture[] = [];
for (const [name, make] of Object.entries(games)) {
  const model = make();
  const frames: Picture[] = [];
  const film = {
    name: "film",
    every: Math.max(1, Math.floor(steps / 6)),
    async onStep(_: TrainingEvent) {
      frames.push(await drawField(model, data));
    },
  };
  const diagnostics = ganDiagnostics(model, {
    every: Math.max(1, Math.floor(steps / 30)),
    coverage: async (x) => (await mixtureCoverage(x, { centres, deviation: 0.1 })).modes / 8,
    onFinding: ({ message }) => console.log(`  ${name}: ${message}`),
  });
  await train(model, data, {
    steps,
    batchSize: 128,
    seed,
    optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    callbacks: [film, diagnostics],
    ...(values.executor === "onnx" ? { executor: onnx({ threads: Number(values.threads) }) } : {}),
  });
  const samples = model.sample(2500, random(seed).stream("evaluation"));
  const { modes, highQuality, reverseKl } = await mixtureCoverage(samples, { centres, deviation: data.info.deviation });
  console.log(
    `${name.padEnd(14)}${modes}/8   ${(100 * highQuality).toFixed(1).padStart(5)} %       ${reverseKl.toFixed(3)}`,
  );
  samples.dispose();
  rows.push(stackPictures(frames, { direction: "across", gap: 4 }));
  model.dispose();
}
const path = files.join(values.out, "ring.png");
await savePicture(stackPictures(rows, { gap: 4, labels: Object.keys(games) }), path);
console.log(
  `${path}: one row for each game, from left to right as it trains; dark where D says "real", dots are samples.`,
);
