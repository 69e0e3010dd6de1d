import { random, type StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { onnx } from "../src/index.js";
import { mlpVae } from "./workloads.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const valuesOf = async ({ variables }: StepProgram): Promise<number[]> => {
  const values = await Promise.all(variables.map((variable) => variable.data()));
  return values.flatMap((data) => [...data]);
};

type Visit = (program: StepProgram, update: number) => Promise<void>;

/** How far the variables of a compiled run are from those of an eager one when somebody comes by after each update. */
async function apart(visit: Visit): Promise<number> {
  const [eager, compiled] = [mlpVae(12, 16, 3), mlpVae(12, 16, 3)];
  compiled.variables.forEach((variable, i) => {
    variable.assign(tf.clone(eager.variables[i]!) as tf.Tensor);
  });
  const batch = { x: random(1).uniform([8, 12]) };
  const stream = random(5);
  const prepared = onnx().prepare([compiled], stream)[0]!;
  let worst = 0;
  const compare = async (): Promise<void> => {
    const [wanted, found] = [await valuesOf(eager), await valuesOf(compiled)];
    wanted.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - found[i]!) / (1 + Math.abs(value)));
    });
  };
  for (let update = 0; update < 9; update++) {
    const context = stepContext(stream.stream(eager.name).at(update), update, true);
    tf.dispose(Object.values(eager.run(batch, context)));
    await prepared.run(batch, update);
    await compare();
    await visit(eager, update);
    await visit(compiled, update);
  }
  await prepared.dispose?.();
  await compare();
  return worst;
}

describe("a compiled run", () => {
  it("shows its newest weights to whoever reads them", async () => {
    expect(await apart(async () => undefined)).toBeLessThan(2e-4);
  });

  it("takes what somebody assigns", async () => {
    const fill: Visit = async ({ variables }, update) => {
      if (update % 4 === 3) variables[1]!.assign(tf.fill(variables[1]!.shape, 0.1 * update));
    };
    expect(await apart(fill)).toBeLessThan(2e-4);
  });

  it("takes what somebody computes from the newest weights and assigns", async () => {
    const visit: Visit = async ({ variables }, update) => {
      if (update % 2 === 1) variables[0]!.assign(tf.tidy(() => tf.mul(variables[0]!, 0.9)));
      variables[2]!.assign(variables[2]!.clone());
      // Two variables with one tensor's data, which go apart again.
      if (update === 5) variables[3]!.assign(variables[5]!);
    };
    expect(await apart(visit)).toBeLessThan(2e-4);
  });

  it("leaves the weights behind when it has ended, and no tensor more", async () => {
    const program = mlpVae(12, 16, 3);
    const before = tf.memory();
    const batch = { x: random(1).uniform([8, 12]) };
    const prepared = onnx({ verifySteps: 1 }).prepare([program], random(5))[0]!;
    for (let update = 0; update < 4; update++) await prepared.run(batch, update);
    const last = await valuesOf(program);
    await prepared.dispose?.();
    expect(await valuesOf(program)).toEqual(last);
    const sums = program.variables.map((variable) => tf.tidy(() => tf.sum(variable)));
    const total = (await Promise.all(sums.map((sum) => sum.data()))).reduce((all, [sum]) => all + sum!, 0);
    expect(total).toBeCloseTo(
      last.reduce((all, value) => all + value, 0),
      3,
    );
    tf.dispose([...sums, batch.x]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    tf.dispose([...program.variables]);
    expect(tf.memory().numTensors).toBe(before.numTensors - program.variables.length);
  });
});
