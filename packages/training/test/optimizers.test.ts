import { ConfigError, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { adam, type Optimizer, rmsprop, sgd } from "../src/index.js";
import fixture from "./fixtures/optimizers.json" with { type: "json" };

tf.enableProdMode();

const CASES: Record<keyof typeof fixture.cases, Optimizer> = {
  adam: adam({ learningRate: 0.05 }),
  "adam-gan": adam({ learningRate: 0.02, beta1: 0.5, beta2: 0.9 }),
  adamw: adam({ learningRate: 0.05, weightDecay: 0.1 }),
  rmsprop: rmsprop({ learningRate: 0.05, decay: 0.9 }),
  sgd: sgd({ learningRate: 0.02 }),
  momentum: sgd({ learningRate: 0.02, momentum: 0.9 }),
};

describe("optimisers", () => {
  it.each(Object.entries(CASES))("%s moves as PyTorch's", (name, optimizer) => {
    let weight = new Float32Array(fixture.start);
    let slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, new Float32Array(weight.length)]));
    for (const [update, expected] of fixture.cases[name as keyof typeof CASES].entries()) {
      tf.tidy(() => {
        const gradient = tf.tensor(weight.map((w, i) => 2 * fixture.scale[i]! * (w - fixture.target[i]!)));
        const context = stepContext(random(0), update, true);
        const group = {
          parameters: [tf.tensor(weight)],
          gradients: [gradient],
          slots: Object.fromEntries(Object.entries(slots).map(([slot, values]) => [slot, [tf.tensor(values)]])),
        };
        const moved = optimizer.update(group, context.schedule);
        weight = moved.parameters[0]!.dataSync() as Float32Array<ArrayBuffer>;
        slots = Object.fromEntries(
          Object.entries(moved.slots).map(([slot, [values]]) => [
            slot,
            values!.dataSync() as Float32Array<ArrayBuffer>,
          ]),
        );
      });
      // float32 against float64 over ten updates of values near 1.
      for (const [i, value] of expected.entries()) expect(Math.abs(weight[i]! - value)).toBeLessThan(5e-6);
    }
  });

  it("read their learning rate from a schedule at each update", () => {
    const optimizer = sgd({ learningRate: (update) => [0.5, 0][update] ?? 1 });
    const move = (update: number) =>
      tf.tidy(() => {
        const group = { parameters: [tf.scalar(1)], gradients: [tf.scalar(1)], slots: {} };
        return optimizer.update(group, stepContext(random(0), update).schedule).parameters[0]!.dataSync()[0];
      });
    expect([move(0), move(1), move(2)]).toEqual([0.5, 1, 0]);
  });

  it.each([
    ["a negative rate", () => adam({ learningRate: -1 })],
    ["a decay of one", () => adam({ beta2: 1 })],
    ["an unknown option", () => rmsprop({ lr: 1 } as never)],
    ["a negative momentum", () => sgd({ momentum: -0.1 })],
  ])("refuse %s", (_, build) => {
    expect(build).toThrow(ConfigError);
  });
});
