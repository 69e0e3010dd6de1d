import { random, type StepProgram, stepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
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

/** How far the variables of a compiled run end from those of an eager one when somebody comes by after each update. */
async function apart(visitEager: Visit, visitCompiled: Visit, pull: boolean): Promise<number> {
  const [eager, compiled] = [mlpVae(12, 16, 3), mlpVae(12, 16, 3)];
  compiled.variables.forEach((variable, i) => {
    variable.assign(tf.clone(eager.variables[i]!) as tf.Tensor);
  });
  const batch = { x: random(1).uniform([8, 12]) };
  const stream = random(5);
  const prepared = onnx().prepare([compiled], stream)[0]!;
  for (let update = 0; update < 9; update++) {
    const context = stepContext(stream.stream(eager.name).at(update), update, true);
    tf.dispose(Object.values(eager.run(batch, context)));
    await prepared.run(batch, update);
    if (pull) await prepared.pull?.();
    await visitEager(eager, update);
    await visitCompiled(compiled, update);
  }
  await prepared.pull?.();
  prepared.dispose?.();
  const [wanted, found] = [await valuesOf(eager), await valuesOf(compiled)];
  return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!) / (1 + Math.abs(value))));
}

it("takes what somebody assigns to a variable that was brought up to date, untold", async () => {
  const fill: Visit = async ({ variables }, update) => {
    if (update % 4 === 3) variables[1]!.assign(tf.fill(variables[1]!.shape, 0.1 * update));
  };
  expect(await apart(fill, fill, true)).toBeLessThan(2e-4);
});

it("goes on from its own values where old ones are put back, as a recording does on backends that copy", async () => {
  const nothing: Visit = async () => undefined;
  const putBack: Visit = async ({ variables }) => {
    for (const variable of variables) variable.assign(tf.tensor(await variable.data(), variable.shape));
  };
  expect(await apart(nothing, putBack, false)).toBeLessThan(2e-4);
});
