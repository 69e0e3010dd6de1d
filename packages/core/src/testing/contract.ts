import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { ConfigError, ShapeError } from "../errors.js";
import { trainableVariables } from "../networks.js";
import { withRandom } from "../random/ambient.js";
import { random } from "../random/random.js";
import { stepContext } from "../step-context.js";
import type { Decodes, Encodes, Reconstructs, Samples } from "../types/capabilities.js";
import type { Batch, Model, Objective } from "../types/model.js";

/** What {@link describeModel} needs to know of a model. */
export interface ContractOptions<B extends Batch, M extends Model<B>> {
  /** Builds the model, equal each time. Small: it is built many times. */
  create(): M;
  /** A batch of two or more examples. */
  batch(): B;
  /** Calls that must throw a ConfigError or a ShapeError, by what is wrong with them. */
  invalid: Readonly<Record<string, () => unknown>>;
}

/**
 * Declares the tests that every model must pass: finite losses, gradients for every weight, equal losses and samples from
 * equal seeds, shapes of its capabilities, no leaked tensor, complete disposal, typed errors.
 */
export function describeModel<B extends Batch, M extends Model<B>>(name: string, options: ContractOptions<B, M>): void {
  const { create, batch, invalid } = options;

  describe(`${name}: contract`, () => {
    const using = async (body: (model: M, data: B) => Promise<void>): Promise<void> => {
      const [model, data] = [create(), batch()];
      try {
        await body(model, data);
      } finally {
        model.dispose();
        tf.dispose(data as never);
      }
    };
    const loss = (objective: Objective<B>, data: B, seed = 1, training = true): tf.Scalar => {
      const noise = random(seed);
      return tf.tidy(() => withRandom(noise, () => objective.loss(data, stepContext(noise, 0, training)).total));
    };

    it("has objectives with distinct names that move networks of the model", () =>
      using(async (model) => {
        expect(model.objectives.length).toBeGreaterThan(0);
        expect(new Set(model.objectives.map((objective) => objective.name)).size).toBe(model.objectives.length);
        const networks = Object.values(model.networks);
        for (const objective of model.objectives) {
          expect(objective.updates.length).toBeGreaterThan(0);
          for (const network of objective.updates) expect(networks).toContain(network);
        }
      }));

    it("gives finite scalar losses, in training and in evaluation", () =>
      using(async (model, data) => {
        for (const objective of model.objectives) {
          for (const training of [true, false]) {
            const value = loss(objective, data, 1, training);
            expect(value.shape).toEqual([]);
            expect((await value.data())[0]).toSatisfy(Number.isFinite);
            value.dispose();
          }
        }
      }));

    it("has a finite gradient for every weight it moves", () =>
      using(async (model, data) => {
        for (const objective of model.objectives) {
          const variables = trainableVariables(objective.updates);
          const { value, grads } = tf.variableGrads(() => loss(objective, data), variables);
          expect(Object.keys(grads).sort()).toEqual(variables.map((variable) => variable.name).sort());
          for (const gradient of Object.values(grads))
            expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
          tf.dispose([value, grads as never]);
        }
      }));

    it("gives equal losses from equal seeds and equally built models", () =>
      using(async (first, data) => {
        const second = create();
        for (const [i, objective] of first.objectives.entries()) {
          const values = [loss(objective, data), loss(second.objectives[i]!, data)];
          expect((await values[0]!.data())[0]).toBe((await values[1]!.data())[0]);
          tf.dispose(values);
        }
        second.dispose();
      }));

    it("has capabilities whose shapes agree with the data", () =>
      using(async (model, data) => {
        const able = model as Partial<Encodes & Decodes & Reconstructs & Samples>;
        const x = data.x as tf.Tensor;
        tf.tidy(() => {
          const code = able.encode?.(x) ?? (able.decode && tf.zeros([x.shape[0]!, able.latentDim!]));
          if (able.encode) expect(code?.shape).toEqual([x.shape[0], able.latentDim]);
          if (able.decode) expect(able.decode(code as tf.Tensor).shape).toEqual(x.shape);
          if (able.reconstruct) expect(able.reconstruct(x).shape).toEqual(x.shape);
          if (able.sample) expect(able.sample(3, random(1)).shape).toEqual([3, ...x.shape.slice(1)]);
        });
      }));

    it("draws equal samples from equal seeds and other samples from another", () =>
      using(async (model) => {
        const able = model as Partial<Samples>;
        if (able.sample === undefined) return;
        const draws = [1, 1, 2].map((seed) => able.sample!(4, random(seed)));
        const [first, again, other] = await Promise.all(draws.map((draw) => draw.data()));
        expect(again).toEqual(first);
        expect(other).not.toEqual(first);
        tf.dispose(draws);
      }));

    it("leaks no tensor and frees everything when disposed", async () => {
      const before = tf.memory().numTensors;
      const [model, data] = [create(), batch()];
      const built = tf.memory().numTensors;
      for (const objective of model.objectives) {
        loss(objective, data).dispose();
        objective.constrain?.();
      }
      const able = model as Partial<Encodes & Decodes & Reconstructs & Samples>;
      able.encode?.(data.x as tf.Tensor).dispose();
      able.reconstruct?.(data.x as tf.Tensor).dispose();
      able.sample?.(2, random(1)).dispose();
      expect(tf.memory().numTensors, "tensors after use").toBe(built);
      model.dispose();
      tf.dispose(data as never);
      expect(tf.memory().numTensors, "tensors after disposal").toBe(before);
    });

    for (const [what, call] of Object.entries(invalid)) {
      it(`refuses ${what} with a typed error that names the model`, () => {
        let thrown: unknown;
        try {
          call();
        } catch (error) {
          thrown = error;
        }
        expect(thrown instanceof ConfigError || thrown instanceof ShapeError, `threw ${String(thrown)}`).toBe(true);
        expect((thrown as Error).message).toMatch(/expected|unknown option/);
      });
    }
  });
}
