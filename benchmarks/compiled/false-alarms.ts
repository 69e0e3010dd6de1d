/**
 * Looks for false alarms: trains models for their checked updates and counts those that `onnx()` takes for wrong.
 *
 *     TSX_TSCONFIG_PATH=tsconfig.json node --import tsx benchmarks/compiled/false-alarms.ts [minutes] [first seed] [names, a regular expression]
 */
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { hostTensor } from "@latentkit/core/authoring";
import { fromTensors } from "@latentkit/data";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { examples, SWEEP } from "./models.js";

const [minutes = "10", first = "0", names = ""] = process.argv.slice(2);
tf.enableProdMode();
await useBackend("wasm");
const end = performance.now() + Number(minutes) * 60_000;
const cases = SWEEP.filter(({ name }) => new RegExp(names).test(name));
let [runs, alarms] = [0, 0];
for (let seed = Number(first); performance.now() < end; seed++) {
  for (const { name, shape, batchSize, build } of cases) {
    if (performance.now() > end) break;
    const lines: string[] = [];
    const model = build(seed);
    const x = hostTensor(examples(shape, 2 * batchSize, seed), [2 * batchSize, ...shape]);
    const started = performance.now();
    await train(model, await fromTensors({ x }), {
      ...{ steps: 2, batchSize, seed, optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }) },
      executor: onnx({ warn: (line) => lines.push(line), info: () => undefined }),
    });
    model.dispose();
    x.dispose();
    runs++;
    if (lines.length > 0) alarms++;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log([`${name}, seed ${seed}: ${seconds} s`, ...lines].join("\n  "));
  }
}
console.log(`${runs} runs, ${alarms} with a line`);
process.exitCode = alarms > 0 ? 1 : 0;
