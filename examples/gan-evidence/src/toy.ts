/**
 * Ring of 8 and grid of 25: modes found, share of good samples and reverse KL for every loss and stabiliser.
 *
 *     pnpm --filter @latentkit/example-gan-evidence toy
 *     … toy --data grid --steps 20000 --settings plain+dragan+beta2 --seeds 0,1,2
 */
import { appendFile, mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random } from "@latentkit/core";
import { grid, ring } from "@latentkit/data";
import { mixtureCoverage } from "@latentkit/metrics";
import { train } from "@latentkit/training";
import { optimizers, TOY_SETTINGS } from "./toy-settings.js";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "ring" },
    steps: { type: "string" },
    seeds: { type: "string", default: "0,1,2,3,4" },
    settings: { type: "string", default: Object.keys(TOY_SETTINGS).join() },
    out: { type: "string", default: "runs/gan-evidence" },
  },
});
const seeds = values.seeds.split(",").map(Number);
// PacGAN's grid at a quarter of its size: networks begin with weights for inputs near 1, and modes do not depend on units.
const data =
  values.data === "grid" ? grid({ count: 100_000, spacing: 0.5, deviation: 0.0125 }) : ring({ count: 100_000 });
const { centres, deviation } = data.info;
const steps = Number(values.steps ?? (values.data === "grid" ? 6000 : 2000));
await useBackend("wasm");
await mkdir(values.out, { recursive: true });

console.log("setting                 seed  modes  high quality  reverse KL  seconds");
for (const name of values.settings.split(",")) {
  const setting = TOY_SETTINGS[name];
  if (setting === undefined) throw new Error(`There is no setting '${name}'; there are ${Object.keys(TOY_SETTINGS)}.`);
  for (const seed of seeds) {
    const started = performance.now();
    const model = setting.model({ seed, steps, modes: centres.length });
    const { averages } = await train(model, data, {
      steps,
      batchSize: 100,
      seed,
      optimizers: optimizers(setting, model, steps),
      ...(setting.ema === undefined ? {} : { ema: setting.ema }),
      logEvery: 1000,
      executor: onnx({ threads: 1 }),
    });
    averages?.commit();
    const samples = model.sample(2500, random(seed).stream("evaluation"));
    const { modes, highQuality, reverseKl } = await mixtureCoverage(samples, { centres, deviation });
    samples.dispose();
    averages?.dispose();
    model.dispose();
    const seconds = (performance.now() - started) / 1000;
    const row = { data: values.data, setting: name, seed, steps, modes, highQuality, reverseKl, seconds };
    await appendFile(`${values.out}/toy.jsonl`, `${JSON.stringify(row)}\n`);
    const cells = [modes, (100 * highQuality).toFixed(1), reverseKl.toFixed(3), seconds.toFixed(0)];
    console.log([name.padEnd(22), seed, ...cells].join("  "));
  }
}
