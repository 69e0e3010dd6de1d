import { onnx } from "@latentkit/compile";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { COUNT, FAMILIES, repeated } from "./every-model.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe.each(Object.entries(FAMILIES))("%s compile", (_, cases) => {
  it.each(Object.entries(cases))("%s", async (_, [make, batch]) => {
    const model = make();
    const lines: string[] = [];
    const { history } = await train(model, repeated(batch), {
      ...{ steps: 4, batchSize: COUNT, optimizers: adam({ learningRate: 1e-3 }), clipNorm: 1, ema: 0.9, logEvery: 1 },
      executor: onnx({ threads: 1, warn: (line) => lines.push(line) }),
    });
    expect(lines).toEqual([]);
    expect(history.flatMap((row) => Object.values(row)).every(Number.isFinite)).toBe(true);
    model.dispose();
  });
});
