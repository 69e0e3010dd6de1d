/**
 * Published autoregressive models on dynamically binarised MNIST: the negative log-likelihood in nats after each epoch, of the first
 * 1,000 test images, and of 10,000 at the end. Runs go on from where they stopped: give more epochs to the same `--out`.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-pixel-digits evidence --model made --epochs 20
 *     LATENTKIT_DATA=… python3 examples/pixel-digits/torch/evidence.py --model made --epochs 20
 */
import { gatedPixelCnn, made, pixelCnn, pixelRnn } from "@latentkit/autoregressive";
import { onnx } from "@latentkit/compile";
import { saveModel } from "@latentkit/core";
import { binarize, mnist } from "@latentkit/data";
import { first, flags, report } from "@latentkit/example-experiment";
import { logLikelihood } from "@latentkit/metrics";
import { abortOnInterrupt, adam, jsonLines, train } from "@latentkit/training";

const options = await flags(20, { model: "made", "batch-size": "64", "test-examples": "10000", out: "" });
const { seed, epochs, limit, threads, own } = options;
const inputShape = [28, 28, 1];
const MODELS = {
  made: () => made({ inputShape, hiddenUnits: [8000], seed }),
  "pixel-cnn": () => pixelCnn({ inputShape, seed }),
  gated: () => gatedPixelCnn({ inputShape, seed }),
  row: () => pixelRnn({ inputShape, cell: "row", seed }),
  diagonal: () => pixelRnn({ inputShape, cell: "diagonal", seed }),
} as const;
const name = own.model as keyof typeof MODELS;
const model = MODELS[name]();
const out = own.out || `runs/pixel-evidence/${name}`;

const data = first(await mnist({ split: "train" }), limit).map(binarize());
const test = await mnist({ split: "test" });
const started = performance.now();
const { history } = await train(model, data, {
  ...{ epochs, batchSize: Number(own["batch-size"]), seed, logEvery: 100 },
  optimizers: adam({ learningRate: 1e-3 }),
  validation: { data: test.take(1000).map(binarize()), batchSize: 100 },
  callbacks: [jsonLines(`${out}.jsonl`)],
  checkpoint: { folder: out, keep: 1, resume: true },
  executor: onnx({ threads: threads ?? 1 }),
  signal: abortOnInterrupt(),
});
const seconds = (performance.now() - started) / 1000;
await saveModel(model, `${out}.safetensors`);

const images = test.take(Number(own["test-examples"])).map(binarize());
const likelihood = await logLikelihood(model, images, { batchSize: 100 });
report({
  ...{ experiment: "pixel-evidence", library: "latentkit", model: name, seed, epochs, batchSize: own["batch-size"] },
  negativeLogLikelihood: -likelihood.mean,
  standardError: likelihood.standardError,
  ...{ split: "test", examples: likelihood.count, train: data.size, lastSittingSeconds: seconds },
  byEpoch: history.flatMap((row) => row[`validation/${model.kind}/loss`] ?? []),
});
