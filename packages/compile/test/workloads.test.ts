import { type Batch, type Executor, random, type StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { onnx } from "../src/index.js";
import { convAutoencoder, dcgan, mlpVae, wganGp } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** The losses of some rounds of all programs in turn. */
async function losses(programs: readonly StepProgram[], batch: Batch, rounds: number, executor?: Executor) {
  const stream = random(5);
  const prepared = executor?.prepare(programs, stream);
  const all: number[] = [];
  for (let update = 0; update < rounds; update++) {
    for (const [i, program] of programs.entries()) {
      const context = stepContext(stream.stream(program.name).at(update), update, true);
      const logs = await (prepared === undefined ? program.run(batch, context) : prepared[i]!.run(batch, update));
      for (const value of Object.values(logs)) {
        all.push(typeof value === "number" ? value : (await value.data())[0]!);
        if (typeof value !== "number") value.dispose();
      }
    }
  }
  for (const step of prepared ?? []) await step.dispose?.();
  return all;
}

describe("compiled workloads give the eager losses", () => {
  const cases: Record<string, [() => StepProgram[], () => Batch, number]> = {
    "mlp-vae": [() => [mlpVae(20, 16, 4)], () => ({ x: random(1).uniform([16, 20]) }), 1e-5],
    "conv-ae": [() => [convAutoencoder(8, 4, 6)], () => ({ x: random(1).uniform([3, 8, 8, 1]) }), 1e-4],
    dcgan: [() => dcgan(8, 4, 6, 5), () => ({ x: random(1).uniform([4, 8, 8, 1], -1, 1) }), 1e-3],
    "wgan-gp": [() => wganGp(16), () => ({ x: random(1).normal([16, 2]) }), 1e-4],
  };
  for (const [name, [build, makeBatch, tolerance]] of Object.entries(cases)) {
    it(name, async () => {
      const [eager, compiled, batch] = [build(), build(), makeBatch()];
      eager.forEach((program, p) => {
        program.variables.forEach((variable, i) => {
          compiled[p]!.variables[i]!.assign(tf.clone(variable) as tf.Tensor);
        });
      });
      const lines: string[] = [];
      const expected = await losses(eager, batch, 8);
      const actual = await losses(compiled, batch, 8, onnx({ warn: (line) => lines.push(line) }));
      expect(lines).toEqual([]);
      actual.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!) / (1 + Math.abs(expected[i]!)), `loss ${i}`).toBeLessThanOrEqual(
          tolerance,
        );
      });
    });
  }
});
