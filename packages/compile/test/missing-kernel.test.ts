import { random, type StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Value } from "../src/graph/types.js";
import { onnx } from "../src/index.js";
import { lowerings } from "../src/kernels/index.js";
import type { Lowering } from "../src/kernels/types.js";
import { adamProgram } from "./programs.js";

/** The cpu backend under another name and without Softplus, as wasm lacks kernels that training needs. */
const LACKING = "lacking";

let Backend: new () => tf.KernelBackend;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  Backend = tf.backend().constructor as typeof Backend;
  tf.registerBackend(LACKING, () => new Backend());
  tf.copyRegisteredKernels("cpu", LACKING);
  tf.unregisterKernel("Softplus", LACKING);
});

beforeEach(() => tf.setBackend(LACKING) as unknown as Promise<void>);
afterEach(() => tf.setBackend("cpu") as unknown as Promise<void>);

function softplusProgram(name: string): StepProgram {
  const weight = tf.variable(tf.randomNormal([6, 3], 0, 1, "float32", 7));
  return adamProgram({
    name,
    weights: [weight],
    loss: ({ x }, { random }) => {
      const noise = random.normal([x!.shape[0]!, 3]);
      return { loss: tf.mean(tf.softplus(tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), noise))) };
    },
  });
}

const SIZE = 16;
const makeBatch = () => ({ x: random(1).uniform([SIZE, 6]) });

describe("on a backend that lacks a kernel", () => {
  it("compares four examples on cpu once, and trains compiled", async () => {
    const program = softplusProgram("lacking");
    const seen: string[] = [];
    const watched: StepProgram = {
      ...program,
      run: (batch, context) => {
        seen.push(`${tf.getBackend()} ${batch.x!.shape[0]}`);
        return program.run(batch, context);
      },
    };
    const start = program.variables.map((variable) => tf.keep(variable.clone()));
    const lines: string[] = [];
    const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([watched], random(5))[0]!;
    const losses: number[] = [];
    for (let update = 0; update < 3; update++) losses.push((await prepared.run(makeBatch(), update)).loss as number);
    expect(lines).toEqual([]);
    expect(tf.getBackend()).toBe(LACKING);
    expect(seen.filter((run) => run.startsWith("cpu"))).toEqual(["cpu 4"]);
    expect(seen).toContain(`${LACKING} ${SIZE}`);
    const weights = await program.variables[0]!.data();
    await prepared.dispose?.();

    // What the whole batch gives eagerly where the kernel is there.
    await tf.setBackend("cpu");
    program.variables.forEach((variable, i) => {
      variable.assign(start[i]!);
    });
    const stream = random(5).stream("lacking");
    for (let update = 0; update < 3; update++) {
      const { loss } = program.run(makeBatch(), stepContext(stream.at(update), update, true));
      expect(losses[update]).toBeCloseTo((await (loss as tf.Scalar).data())[0]!, 5);
    }
    const wanted = await program.variables[0]!.data();
    weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(wanted[i]!, 5);
    });
  });

  it("says so when those examples come out differently, and has no eager step to fall back on", async () => {
    const table = lowerings as Record<string, Lowering>;
    const right = table.Softplus!;
    table.Softplus = (inputs, attributes, g) => g.mul(right(inputs, attributes, g) as Value, 1.01);
    const lines: string[] = [];
    try {
      const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([softplusProgram("off")], random(5))[0]!;
      await expect(prepared.run(makeBatch(), 0)).rejects.toThrow(/Kernel 'Softplus' not registered for backend/);
      await prepared.dispose?.();
    } finally {
      table.Softplus = right;
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^onnx: 'off' runs eagerly: compiled and eager results differ: loss is/);
  });

  it("says that nothing was compared where cpu is not there either", async () => {
    const lines: string[] = [];
    tf.removeBackend("cpu");
    try {
      const prepared = onnx({ warn: (line) => lines.push(line) }).prepare([softplusProgram("alone")], random(5))[0]!;
      for (let update = 0; update < 2; update++) {
        expect(Number.isFinite((await prepared.run(makeBatch(), update)).loss)).toBe(true);
      }
      await prepared.dispose?.();
    } finally {
      tf.registerBackend("cpu", () => new Backend());
    }
    expect(lines).toEqual([
      expect.stringMatching(/^onnx: 'alone' is compiled unchecked: Kernel 'Softplus' not registered/),
    ]);
  });
});
