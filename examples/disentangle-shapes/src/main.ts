/**
 * Trains the objectives of disentanglement on shapes with known factors, each from several seeds, and prints the range of their scores.
 * Seeds matter more than objectives (Locatello et al. 2019, https://arxiv.org/abs/1811.12359): one number a model would mislead.
 *
 *     pnpm --filter @latentkit/example-disentangle-shapes start --steps 3000 --seeds 3 --size 16 --network mlp
 *
 * `--network conv --size 64 --steps 300000` is the published protocol. Pictures of what each dimension does go to `--out`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { shapes } from "@latentkit/data";
import { flags, report, timed } from "@latentkit/example-experiment";
import {
  dci,
  factorVaeScore,
  mutualInformationGap,
  sapScore,
  unsupervisedDisentanglementRanking,
} from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { savePicture, traversalSheet } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { MODELS } from "./models.js";

const asked = await flags(1, {
  steps: "3000",
  seeds: "3",
  size: "16",
  count: "10000",
  rate: "0.001",
  network: "mlp",
  examples: "3000",
  out: "runs/disentangle-shapes",
});
const { network, out } = asked.own as { network: string; out: string };
const [steps, seeds, size, count, examples] = ["steps", "seeds", "size", "count", "examples"].map((name) =>
  Number(asked.own[name]),
) as [number, number, number, number, number];
// A square looks alike after a quarter turn: three values of the angle that every shape shows.
const levels = { scale: 4, rotation: 3, x: 8, y: 8 };
const data = shapes({ count, size, levels, kinds: ["square", "ellipse", "heart"], seed: 1 });
await mkdir(out, { recursive: true });

/** Smallest, middle and largest of some values. */
const range = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  return `${middle.toFixed(2)} (${sorted[0]!.toFixed(2)}–${sorted.at(-1)!.toFixed(2)})`;
};

const rows: string[] = [];
for (const [name, make] of Object.entries(MODELS)) {
  const scores: Record<string, number[]> = {};
  const models = [];
  for (let seed = asked.seed; seed < asked.seed + seeds; seed++) {
    const model = make({ size, network, seed, steps, count });
    const { seconds, history } = await timed(
      model,
      data.select(["x"]),
      { ...asked, seed },
      { steps, batchSize: 64, optimizers: adam({ learningRate: Number(asked.own.rate) }) },
    );
    const limit = { limit: examples, seed: 0 };
    const importances = await dci(model, data, limit);
    const found = {
      MIG: (await mutualInformationGap(model, data, limit)).score,
      "DCI D": importances.disentanglement,
      "DCI C": importances.completeness,
      "DCI I": importances.informativeness,
      SAP: (await sapScore(model, data, limit)).score,
      FactorVAE: (await factorVaeScore(model, data, { ...limit, train: 3000, test: 2000 })).accuracy.mean,
    };
    for (const [score, value] of Object.entries(found)) {
      scores[score] ??= [];
      scores[score].push(value);
    }
    report({ model: name, seed, ...found, ...history.at(-1), seconds });
    const { x } = data.select(["x"]).gather([0]);
    const z = model.encode(x);
    const file = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}-${seed}.png`;
    await savePicture(await traversalSheet(model, z), join(out, file));
    tf.dispose([x, z]);
    models.push(model);
  }
  const { scores: ranking } = await unsupervisedDisentanglementRanking(models, data.select(["x"]), { limit: examples });
  scores.UDR = [...ranking];
  for (const model of models) model.dispose();
  if (rows.length === 0) {
    rows.push(
      `| objective | ${Object.keys(scores).join(" | ")} |`,
      `| --- |${" --- |".repeat(Object.keys(scores).length)}`,
    );
  }
  rows.push(`| ${name} | ${Object.values(scores).map(range).join(" | ")} |`);
}
console.log(`\n${steps} steps, ${seeds} seeds, ${count} pictures of ${size}², ${network}: middle (smallest–largest)\n`);
console.log(rows.join("\n"));
