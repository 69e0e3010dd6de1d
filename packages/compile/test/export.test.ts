import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, UnsupportedError } from "@latentkit/core";
import { apply, stepContext } from "@latentkit/core/authoring";
import { convDecoder, recurrentDecoder, recurrentEncoder } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeOnnx, exportOnnx, exportTrainingStep } from "../src/index.js";
import { mlpVae } from "./workloads.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-onnx-"));

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Python's ONNX Runtime checks independently of the one in Node; machines without it skip that part aloud. */
const hasPython = (() => {
  try {
    execFileSync("python3", ["-c", "import onnx, onnxruntime"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("compile: python3 with onnx and onnxruntime is not there; its checks of exported files are skipped.");
    return false;
  }
})();

function runInPython(path: string, feeds: Readonly<Record<string, tf.Tensor>>): Record<string, number[]> {
  const request = Object.entries(feeds).map(([name, x]) => [name, { shape: x.shape, data: [...x.dataSync()] }]);
  writeFileSync(join(folder, "feeds.json"), JSON.stringify(Object.fromEntries(request)));
  const script = [
    "import json, sys, numpy as np, onnx, onnxruntime as ort",
    "onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)",
    "feeds = {k: np.array(v['data'], np.float32).reshape(v['shape']) for k, v in json.load(open(sys.argv[2])).items()}",
    "options = ort.SessionOptions()",
    "options.log_severity_level = 3",
    "s = ort.InferenceSession(sys.argv[1], options, providers=['CPUExecutionProvider'])",
    "names = [o.name for o in s.get_outputs()]",
    "print(json.dumps({n: np.asarray(v).ravel().tolist() for n, v in zip(names, s.run(names, feeds))}))",
  ].join("\n");
  const output = execFileSync("python3", ["-c", script, path, join(folder, "feeds.json")], { encoding: "utf8" });
  return JSON.parse(output) as Record<string, number[]>;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}

describe("exportOnnx", () => {
  it("says which networks a model has that is given in the place of one", async () => {
    const decoder = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
    const model = { networks: { encoder: decoder, decoder } };
    await expect(encodeOnnx(model as never)).rejects.toThrow(
      "one of the model's, `model.networks.encoder` or `model.networks.decoder`, received",
    );
    decoder.dispose();
  });

  const networks: Record<string, () => tf.LayersModel> = {
    "a dense decoder": () =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 6, inputShape: [3], activation: "relu" }),
          tf.layers.dropout({ rate: 0.5 }),
          tf.layers.dense({ units: 4, activation: "sigmoid" }),
        ],
      }),
    "a convolutional generator": () =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 4 * 4 * 5, inputShape: [3], useBias: false }),
          tf.layers.batchNormalization({}),
          tf.layers.reLU(),
          tf.layers.reshape({ targetShape: [4, 4, 5] }),
          tf.layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: "same" }),
          tf.layers.batchNormalization({}),
          tf.layers.leakyReLU({ alpha: 0.2 }),
          tf.layers.conv2dTranspose({ filters: 1, kernelSize: 4, strides: 2, padding: "same", activation: "tanh" }),
        ],
      }),
    "a convolutional encoder": () =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", inputShape: [9, 9, 2] }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 3 }),
        ],
      }),
  };
  for (const [name, build] of Object.entries(networks)) {
    it(`${name}, for any batch size, in Node and in Python`, async () => {
      const network = build();
      const path = join(folder, `${network.name}.onnx`);
      await exportOnnx(network, path);
      const session = await ort.InferenceSession.create(path);
      for (const batch of [1, 5]) {
        const x = random(batch).normal([batch, ...(network.inputs[0]!.shape.slice(1) as number[])]);
        const expected = tf.tidy(() => apply(network, x).dataSync());
        const feed = new ort.Tensor("float32", x.dataSync() as Float32Array, x.shape);
        const results = await session.run({ [session.inputNames[0]!]: feed });
        expect(session.inputNames).toEqual(network.inputNames);
        expect(session.outputNames).toEqual(network.outputNames);
        expectClose(results[session.outputNames[0]!]!.data as Float32Array, expected);
        if (hasPython) expectClose(Object.values(runInPython(path, { [session.inputNames[0]!]: x }))[0]!, expected);
      }
    });
  }

  const decoders: Record<string, () => tf.LayersModel> = {
    "nearest upsampling of odd sizes": () =>
      convDecoder({ latentDim: 5, filters: [6, 4], outputShape: [5, 7, 2], upsampling: "nearest" }),
    "a recurrent decoder": () => recurrentDecoder({ latentDim: 4, units: 6, outputShape: [5, 2], cell: "gru" }),
    "a recurrent decoder of LSTMs": () =>
      recurrentDecoder({ latentDim: 4, units: 6, outputShape: [5, 2], cell: "lstm" }),
    "a recurrent encoder": () => recurrentEncoder({ inputShape: [5, 2], units: 6, latentDim: 3 }),
  };
  it.each(Object.keys(decoders))("%s, for any batch size", async (name) => {
    const network = decoders[name]!();
    const session = await ort.InferenceSession.create(await encodeOnnx(network));
    for (const batch of [1, 2, 5]) {
      const x = random(batch).normal([batch, ...(network.inputs[0]!.shape.slice(1) as number[])]);
      const expected = tf.tidy(() => apply(network, x).dataSync());
      const feed = new ort.Tensor("float32", x.dataSync() as Float32Array, x.shape);
      const { data, dims } = (await session.run({ [session.inputNames[0]!]: feed }))[session.outputNames[0]!]!;
      expect(dims).toEqual([batch, ...network.outputs[0]!.shape.slice(1)]);
      expectClose(data as Float32Array, expected);
    }
  });

  it("refuses heights and widths that are open, by name", async () => {
    const x = tf.input({ shape: [null, null, 1] });
    const y = tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same" }).apply(x) as tf.SymbolicTensor;
    const network = tf.model({ inputs: x, outputs: y });
    for (const options of [{}, { batchSize: 8 }]) {
      await expect(encodeOnnx(network, options)).rejects.toThrow(UnsupportedError);
      await expect(encodeOnnx(network, options)).rejects.toThrow(/whose height and width are open/);
    }
  });

  it("for one batch size when asked, and refuses a bad one", async () => {
    const network = networks["a dense decoder"]!();
    const session = await ort.InferenceSession.create(await encodeOnnx(network, { batchSize: 7 }));
    const feed = new ort.Tensor("float32", new Float32Array(21), [7, 3]);
    expect((await session.run({ [session.inputNames[0]!]: feed }))[session.outputNames[0]!]!.dims).toEqual([7, 4]);
    await expect(encodeOnnx(network, { batchSize: 0 })).rejects.toThrow(/expected `batchSize`/);
  });
});

describe("exportTrainingStep", () => {
  it.skipIf(!hasPython)("is the eager update when Python runs it", async () => {
    const program = mlpVae(6, 5, 2);
    const batch = { x: random(1).uniform([4, 6]) };
    const path = join(folder, "step.onnx");
    await exportTrainingStep(program, batch, path);
    const noise = random(5).stream(program.name).at(0).normal([4, 2]);
    const rate = tf.scalar((1e-3 * Math.sqrt(1 - 0.999)) / (1 - 0.9));
    const results = runInPython(path, { "batch/x": batch.x, "noise/0/normal": noise, "schedule/0": rate });
    const logs = program.run(batch, stepContext(random(5).stream(program.name).at(0), 0, true));
    for (const [name, value] of Object.entries(logs)) expectClose(results[`log/${name}`]!, value.dataSync(), 1e-4);
    program.variables.forEach((variable, i) => {
      expectClose(results[`next/${i}/${variable.name}`]!, variable.dataSync(), 1e-4);
    });
  });
});
