import { ConfigError, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { type OnnxRuntimeModule, onnx } from "../src/index.js";
import { mlpVae, wganGp } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const refuse = (message: string) => () => Promise.reject(new Error(message));
const session = (methods: object) => ({ create: async () => ({ release: async () => undefined, ...methods }) });
const modules: Record<string, object> = {
  "whose sessions cannot be made": { ...ort, InferenceSession: { create: refuse("no such library") } },
  "whose sessions cannot run": { ...ort, InferenceSession: session({ run: refuse("illegal instruction") }) },
  "whose sessions cannot be released": {
    ...ort,
    InferenceSession: session({ run: refuse("illegal instruction"), release: refuse("released already") }),
  },
  "whose tensors cannot be made": {
    ...ort,
    Tensor: class {
      constructor() {
        throw new Error("no memory");
      }
    },
  },
};

// A rejection that nobody handles ends the test run.
describe("a runtime", () => {
  it.each(Object.keys(modules))("%s leaves the run eager, with a line", async (name) => {
    const lines: string[] = [];
    const runtime = modules[name] as OnnxRuntimeModule;
    const executor = onnx({ runtime, warn: (line) => lines.push(line) });
    const [program, twin] = [mlpVae(6, 4, 2), mlpVae(6, 4, 2)];
    twin.variables.forEach((variable, i) => {
      variable.assign(tf.clone(program.variables[i]!) as tf.Tensor);
    });
    const batch = { x: random(1).uniform([4, 6]) };
    const [step] = executor.prepare([program], random(5));
    const [wanted] = onnx({ runtime, warn: () => undefined }).prepare([twin], random(5));
    for (let update = 0; update < 3; update++) {
      const [logs, other] = [await step!.run(batch, update), await wanted!.run(batch, update)];
      expect(await (logs.loss as tf.Scalar).data()).toEqual(await (other.loss as tf.Scalar).data());
    }
    await step!.dispose?.();
    await wanted!.dispose?.();
    await step!.dispose?.();
    expect(lines[0]).toMatch(/runs? eagerly: .*(no such library|illegal instruction|no memory)/);
    expect(lines.length).toBeLessThanOrEqual(2);
  });

  it("that does not load is told of once for all programs of a run, unchecked or not", async () => {
    for (const verifySteps of [0, 2]) {
      const lines: string[] = [];
      const runtime = modules["whose tensors cannot be made"] as OnnxRuntimeModule;
      const programs = wganGp(4);
      const steps = onnx({ runtime, verifySteps, warn: (line) => lines.push(line) }).prepare(programs, random(5));
      for (const step of steps) await step.run({ x: random(1).normal([4, 2]) }, 0);
      await Promise.all(steps.map((step) => step.dispose?.()));
      expect(lines).toEqual(["onnx: everything runs eagerly: no memory."]);
    }
  });

  it("that is none is refused at once", () => {
    expect(() => onnx({ runtime: {} as OnnxRuntimeModule })).toThrow(ConfigError);
    expect(() => onnx({ runtime: "onnxruntime-node" as unknown as OnnxRuntimeModule })).toThrow(
      /the module of onnxrun/,
    );
  });
});
