import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError, ShapeError } from "../errors.js";
import { givenOf } from "../model/conditions.js";
import type { AnyFactory } from "../model/factories.js";
import { modelFromBytes, modelToBytes } from "../model/model-file.js";
import { allVariables, trainableVariables } from "../networks.js";
import { random } from "../random/random.js";
import { stepContext } from "../step/step-context.js";
import type { Batch, Model } from "../types/model.js";
import { sweepCapabilities } from "./capability-slips.js";
import { type Able, loss, wanted } from "./contract-calls.js";

/** What {@link describeModel} needs to know of a model. */
export interface ContractOptions<B extends Batch, M extends Model<B>> {
  /** The factory, by which saved models are loaded. */
  readonly factory: AnyFactory | readonly AnyFactory[];
  /** Options that files cannot hold, which loading is given again. */
  readonly asked?: object;
  /** Builds the model, equal each time. Small: it is built many times. */
  create(): M;
  /** A batch of two or more examples. */
  batch(): B;
  /** Capabilities that a conditional model has without being told its conditions. */
  readonly untold?: readonly string[];
  /** Calls that must throw a ConfigError, a ShapeError or a DataError, by what is wrong with them. */
  invalid: Readonly<Record<string, () => unknown>>;
}

/**
 * Declares the tests that every model must pass: finite losses, gradients for every weight, equal losses and samples from
 * equal seeds, shapes of its capabilities, no leaked tensor, complete disposal, typed errors.
 */
export function describeModel<B extends Batch, M extends Model<B>>(name: string, options: ContractOptions<B, M>): void {
  const { create, batch, factory, asked, untold, invalid } = options;

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

    it("says what it is and what a batch has to hold", () =>
      using(async (model, data) => {
        expect(model.kind).not.toBe("");
        expect(model.describe().kind).toBe(model.kind);
        for (const name of Object.keys(model.given ?? {})) expect(model.fields).toHaveProperty([name]);
        expect(() => model.checkBatch(data)).not.toThrow();
        for (const [field, { optional }] of Object.entries(model.fields)) {
          if (optional) continue;
          const { [field]: _, ...without } = data as Batch;
          expect(() => model.checkBatch(without as B), `without ${field}`).toThrow(DataError);
          const wrong = tf.zeros([3, 7, 11, 13, 2]);
          expect(() => model.checkBatch({ ...data, [field]: wrong }), `${field} of another shape`).toThrow(ShapeError);
          wrong.dispose();
        }
      }));

    it("has capabilities whose shapes agree with the data", () =>
      using(async (model, data) => {
        const able = model as Able;
        const x = data.x as tf.Tensor;
        const given = givenOf(model.given, data);
        tf.tidy(() => {
          const code = able.encode?.(x, given) ?? (able.decode && tf.zeros([x.shape[0]!, able.latentDim!]));
          if (able.encode) expect(code?.shape).toEqual([x.shape[0], able.latentDim]);
          if (able.decode) expect(able.decode(code as tf.Tensor, given).shape).toEqual(x.shape);
          if (able.reconstruct) expect(able.reconstruct(x, given).shape).toEqual(x.shape);
        });
        if (!able.sample) return;
        const samples = await able.sample(await wanted(model, data, 2));
        expect(samples.shape).toEqual([2, ...x.shape.slice(1)]);
        samples.dispose();
      }));

    it("refuses slips in what it can do by name", () =>
      using(async (model, data) => {
        expect(await sweepCapabilities(model, data as Batch, untold)).toEqual([]);
      }));

    it("refuses counts that are none, and conditions it does not have", () =>
      using(async (model) => {
        const { sample } = model as Able;
        if (sample === undefined) return;
        for (const count of [0, -1, 1.5, "3", null, Number.NaN]) {
          await expect(async () => sample(count as number), String(count)).rejects.toThrow(ConfigError);
        }
        await expect(async () => sample({ count: 2, given: { nothing: 1 } })).rejects.toThrow(ConfigError);
        await expect(async () => sample({ cuont: 2 } as never)).rejects.toThrow(/unknown option `cuont`/);
      }));

    it("draws equal samples from equal seeds and other samples from another", () =>
      using(async (model, data) => {
        const { sample } = model as Able;
        if (sample === undefined) return;
        const draws = await Promise.all([1, 1, 2].map(async (seed) => sample(await wanted(model, data, 2, seed))));
        const [first, again, other] = await Promise.all(draws.map((draw) => draw.data()));
        expect(again).toEqual(first);
        expect(other).not.toEqual(first);
        tf.dispose(draws);
      }));

    it("changes its declared state in training alone, equally from equal seeds, and no other variable", () =>
      using(async (model, data) => {
        const registered = () => Object.values(tf.engine().registeredVariables);
        const held = () => new Map(registered().map((variable) => [variable, variable.dataId]));
        const declared = new Set<tf.Variable>([
          ...Object.values(model.state ?? {}),
          ...allVariables(Object.values(model.networks)),
        ]);
        for (const objective of model.objectives) {
          const before = held();
          loss(objective, data, 1, false).dispose();
          const looked = registered().filter((variable) => before.get(variable) !== variable.dataId);
          expect(
            looked.map(({ name }) => name),
            "variables that evaluation changes",
          ).toEqual([]);
          loss(objective, data, 1, true).dispose();
          const moved = registered().filter((variable) => before.get(variable) !== variable.dataId);
          const undeclared = moved.filter((variable) => !declared.has(variable)).map(({ name }) => name);
          expect(undeclared, "variables that a loss assigns without declaring them as state").toEqual([]);
        }
        const [second, states] = [create(), [] as number[][][]];
        const third = create();
        for (const one of [second, third]) {
          for (const objective of one.objectives) loss(objective, data, 3).dispose();
          const values = Object.values(one.state ?? {}).map(async (variable) => [...(await variable.data())]);
          states.push(await Promise.all(values));
        }
        expect(states[1]).toEqual(states[0]);
        second.dispose();
        third.dispose();
      }));

    it("leaks no tensor and frees everything when disposed", async () => {
      const before = tf.memory().numTensors;
      const [model, data] = [create(), batch()];
      const built = tf.memory().numTensors;
      for (const objective of model.objectives) {
        tf.tidy(() => objective.first?.(data, stepContext(random(1), 0, true)));
        loss(objective, data).dispose();
        objective.after?.(stepContext(random(1), 0, true));
      }
      const able = model as Able;
      const given = givenOf(model.given, data);
      able.encode?.(data.x as tf.Tensor, given).dispose();
      able.reconstruct?.(data.x as tf.Tensor, given).dispose();
      (await able.sample?.(await wanted(model, data, 2)))?.dispose();
      expect(tf.memory().numTensors, "tensors after use").toBe(built);
      model.dispose();
      tf.dispose(data as never);
      expect(tf.memory().numTensors, "tensors after disposal").toBe(before);
    });

    it("comes back from a file as what it was", () =>
      using(async (model, data) => {
        const before = tf.memory().numTensors;
        const bytes = await modelToBytes(model);
        const loaded = (await modelFromBytes(bytes, factory, asked as never)) as Model<B>;
        expect(loaded.describe()).toEqual(model.describe());
        expect(Object.keys(loaded.networks)).toEqual(Object.keys(model.networks));
        expect(Object.keys(loaded.state ?? {})).toEqual(Object.keys(model.state ?? {}));
        const [objectives, again] = [model.objectives, loaded.objectives];
        expect(again.map(({ name, repeats, every }) => [name, repeats, every])).toEqual(
          objectives.map(({ name, repeats, every }) => [name, repeats, every]),
        );
        for (const [i, objective] of objectives.entries()) {
          const values = [loss(objective, data), loss(again[i]!, data)];
          expect((await values[1]!.data())[0], objective.name).toBe((await values[0]!.data())[0]);
          tf.dispose(values);
        }
        loaded.dispose();
        expect(tf.memory().numTensors, "tensors after loading").toBe(before);
      }));

    for (const [what, call] of Object.entries(invalid)) {
      it(`refuses ${what} with a typed error that names the model`, () => {
        let thrown: unknown;
        try {
          call();
        } catch (error) {
          thrown = error;
        }
        const typed = [ConfigError, ShapeError, DataError].some((kind) => thrown instanceof kind);
        expect(typed, `threw ${String(thrown)}`).toBe(true);
        expect((thrown as Error).message).toMatch(/expected|unknown option/);
      });
    }
  });
}
