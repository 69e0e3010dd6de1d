/**
 * Trains the classifier behind the sample metrics on MNIST and writes its weights with their SHA-256:
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-digit-classifier start
 *     … start --epochs 7 --seed 0 --out digit-classifier.safetensors --executor onnx
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { cosineSchedule } from "@latentkit/core";
import { encodeNetworks } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { mnist } from "@latentkit/data";
import { adam, progressBar, train } from "@latentkit/training";
import { accuracy, classifier } from "./classifier.js";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "7" },
    seed: { type: "string", default: "0" },
    out: { type: "string", default: "runs/digit-classifier/digit-classifier.safetensors" },
    executor: { type: "string", default: "onnx" },
    backend: { type: "string", default: "auto" },
    limit: { type: "string" },
  },
});
const [epochs, seed] = [Number(values.epochs), Number(values.seed)];
await useBackend(values.backend as "auto");

const whole = await mnist({ split: "train" });
const data = values.limit === undefined ? whole : whole.take(Number(values.limit));
const test = await mnist({ split: "test" });
const model = classifier({ seed });
const batchSize = 100;
const steps = epochs * Math.floor((data.size ?? 60_000) / batchSize);
const started = performance.now();
await train(model, data, {
  steps,
  batchSize,
  seed,
  optimizers: adam({ learningRate: cosineSchedule({ from: 2e-3, steps }) }),
  callbacks: [progressBar()],
  logEvery: 100,
  ...(values.executor === "onnx" ? { executor: onnx() } : {}),
});
const share = await accuracy(model, test);
const bytes = await encodeNetworks(model.networks, { testAccuracy: share, epochs, seed });
await files.writeBytes(values.out, bytes);
console.log(
  `test accuracy ${(100 * share).toFixed(2)} %, ${steps} steps in ${((performance.now() - started) / 1000).toFixed(0)} s; ` +
    `${values.out}: ${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`,
);
