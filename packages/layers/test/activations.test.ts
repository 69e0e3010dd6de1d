import "@tensorflow/tfjs-backend-wasm";
import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type ActivationKind, activation } from "../src/index.js";
import fixture from "./fixtures/activations.json" with { type: "json" };
import { reloaded } from "./reloaded.js";

tf.enableProdMode();

const kinds = Object.entries(fixture.kinds) as [ActivationKind, number[][]][];

describe.each(["cpu", "wasm"])("activation on %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each(kinds)("%s has PyTorch's values and first three derivatives", async (kind, expected) => {
    const layer = activation({ kind });
    const f = (x: tf.Tensor): tf.Tensor => layer.apply(x) as tf.Tensor;
    const first = tf.grad(f);
    const second = tf.grad((x) => first(x));
    const third = tf.grad((x) => second(x));
    const x = tf.tensor1d(fixture.points);
    // A derivative that is 0 everywhere has no path to x, which tfjs refuses to follow.
    const orders = [f, first, second, third].filter((_, n) => expected[n]!.some((value) => value !== 0));
    if (expected[1]!.every((value) => value === expected[1]![0])) orders.splice(2);
    for (const [n, derivative] of orders.entries()) {
      const found = await derivative(x).data();
      for (const [i, value] of expected[n]!.entries()) {
        // Both backends compute erf and exp in float32 by approximations with an error near 1e-6.
        expect(Math.abs(found[i]! - value), `derivative ${n} at ${fixture.points[i]}`).toBeLessThan(
          2e-6 * Math.max(1, Math.abs(value)),
        );
      }
    }
  });
});

describe("activation", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  it.each(kinds)("%s survives saving", async (kind) => {
    const network = tf.sequential({ layers: [activation({ kind, alpha: 0.7, inputShape: [3] })] });
    const again = await reloaded({ network });
    const x = tf.tensor2d([[-1, 0, 2]]);
    const [before, after] = [network.predict(x), again.network!.predict(x)] as tf.Tensor[];
    expect(await after!.data()).toEqual(await before!.data());
  });

  it("keeps α and passes masks", () => {
    const layer = activation({ kind: "leakyRelu", alpha: 0.1, name: "slope" });
    expect(layer.getConfig()).toMatchObject({ kind: "leakyRelu", alpha: 0.1, name: "slope" });
    expect(layer.supportsMasking).toBe(true);
  });

  it("refuses what it does not know", () => {
    expect(() => activation({ kind: "swish" as "silu" })).toThrow(ConfigError);
    expect(() => activation({ kind: "elu", alpha: -1 })).toThrow("activation: expected `alpha` to be a number ≥ 0");
    expect(() => activation({ kind: "elu", beta: 1 } as never)).toThrow("activation: unknown option `beta`");
  });
});
