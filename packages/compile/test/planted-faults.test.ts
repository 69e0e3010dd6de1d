import { type Batch, random, type StepProgram } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { GraphBuilder } from "../src/graph/builder.js";
import type { Value } from "../src/graph/types.js";
import { onnx } from "../src/index.js";
import { lowerings } from "../src/kernels/index.js";
import type { Lowering } from "../src/kernels/types.js";
import { recordStep } from "../src/recorder/record.js";
import { convAutoencoder, dcgan, mlpVae } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const table = lowerings as Record<string, Lowering>;

/** A result that is off by one percent; whole numbers and truth values stay. */
const off = (value: Value, g: GraphBuilder): Value => (value.type === "float32" ? g.mul(value, 1.01) : value);

/** What a program says of itself when a kernel is wrong wherever it occurs, in its first two updates. */
async function linesWithFault(kernel: string, build: () => StepProgram, batch: Batch): Promise<string[]> {
  const right = table[kernel]!;
  const lines: string[] = [];
  table[kernel] = (inputs, attributes, g) => {
    const result = right(inputs, attributes, g);
    return Array.isArray(result) ? result.map((value: Value) => off(value, g)) : off(result as Value, g);
  };
  try {
    const prepared = onnx({ threads: 1, warn: (line) => lines.push(line) }).prepare([build()], random(5))[0]!;
    for (let update = 0; update < 2; update++) await prepared.run(batch, update);
    await prepared.dispose?.();
  } finally {
    table[kernel] = right;
  }
  return lines;
}

/** The convolutional ones take most of a minute, and are for `LATENTKIT_SWEEP=1`. */
const cases: Record<string, [() => StepProgram, () => Batch]> = {
  "mlp-vae": [() => mlpVae(12, 8, 3), () => ({ x: random(1).uniform([8, 12]) })],
  "conv-ae": [() => convAutoencoder(8, 3, 4), () => ({ x: random(1).uniform([2, 8, 8, 1]) })],
  discriminator: [() => dcgan(8, 3, 4, 3)[0]!, () => ({ x: random(1).uniform([4, 8, 8, 1], -1, 1) })],
};

describe("a fault of one percent in any kernel of a step is found", () => {
  const names = Object.keys(cases).slice(0, process.env.LATENTKIT_SWEEP === undefined ? 1 : undefined);
  it.each(names)("%s", async (name) => {
    const [build, makeBatch] = cases[name]!;
    const batch = makeBatch();
    const { trace } = await recordStep(build(), batch);
    const kernels = new Set(
      trace.filter(({ results }) => results.some(({ type }) => type === "float32")).map(({ kernel }) => kernel),
    );
    expect(kernels.size).toBeGreaterThan(9);
    const missed: string[] = [];
    for (const kernel of kernels) {
      const lines = await linesWithFault(kernel, build, batch);
      if (!lines[0]?.includes("compiled and eager results differ")) missed.push(`${kernel}: ${lines[0]}`);
    }
    expect(missed).toEqual([]);
  });
});
