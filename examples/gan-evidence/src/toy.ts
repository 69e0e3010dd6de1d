/**
 * Ring of 8 and grid of 25: modes found, share of good samples and reverse KL for every loss and stabiliser.
 *
 *     pnpm --filter @latentkit/example-gan-evidence toy --data ring --steps 10000 --seeds 0,1,2,3,4
 *     … toy --settings plain,plain+pack2 --size small --ema 0.999
 */
import { appendFile, mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random } from "@latentkit/core";
import { grid, ring } from "@latentkit/data";
import { mixtureCoverage } from "@latentkit/metrics";
import { train } from "@latentkit/training";
import { TOY_SETTINGS, type ToySize } from "./toy-settings.js";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "ring" },
    steps: { type: "string", default: "10000" },
    seeds: { type: "string", default: "0,1,2,3,4" },
    settings: { type: "string", default: Object.keys(TOY_SETTINGS).join() },
    batch: { type: "string", default: "100" },
    threads: { type: "string", default: "1" },
    size: { type: "string", default: "paper" },
    ema: { type: "string", default: "0" },
    out: { type: "string", default: "runs/gan-evidence" },
  },
});
const [steps, ema] = [Number(values.steps), Number(values.ema)];
const seeds = values.seeds.split(",").map(Number);
const data = values.data === "grid" ? grid({ count: 100_000 }) : ring({ count: 100_000 });
const deviation = values.data === "grid" ? 0.05 : 0.01;
await useBackend("wasm");
await mkdir(values.out, { recursive: true });

console.log("setting                 seed  modes  high quality  reverse KL  seconds");
for (const name of values.settings.split(",")) {
  const setting = TOY_SETTINGS[name];
  if (setting === undefined) throw new Error(`There is no setting '${name}'; there are ${Object.keys(TOY_SETTINGS)}.`);
  for (const seed of seeds) {
    const started = performance.now();
    const model = setting.model({ seed, size: values.size as ToySize });
    const { averages } = await train(model, data, {
      steps,
      batchSize: Number(values.batch),
      seed,
      optimizers: setting.optimizers(steps),
      logEvery: 1000,
      executor: onnx({ threads: Number(values.threads) }),
      ...(ema > 0 ? { ema } : {}),
    });
    averages?.commit();
    const samples = model.sample(2500, random(seed).stream("evaluation"));
    const { modes, highQuality, reverseKl } = await mixtureCoverage(samples, { centres: data.info.centres, deviation });
    samples.dispose();
    averages?.dispose();
    model.dispose();
    const seconds = (performance.now() - started) / 1000;
    const row = {
      data: values.data,
      setting: name,
      seed,
      size: values.size,
      steps,
      ema,
      modes,
      highQuality,
      reverseKl,
      seconds,
    };
    await appendFile(`${values.out}/toy.jsonl`, `${JSON.stringify(row)}\n`);
    const cells = [
      name.padEnd(22),
      seed,
      modes,
      (100 * highQuality).toFixed(1),
      reverseKl.toFixed(3),
      seconds.toFixed(0),
    ];
    console.log(cells.join("  "));
  }
}
