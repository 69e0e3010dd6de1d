import { type GivenLike, random } from "@latentkit/core";
import { apply, sizeOf } from "@latentkit/core/authoring";
import type { PlaceLikelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import type { AutoregressiveModel } from "../src/index.js";
import { drawCached } from "../src/internal/sampling/cached.js";
import { planOf } from "../src/internal/sampling/plan.js";

type AnyModel = AutoregressiveModel;

/** All pictures of nine bits have probabilities that sum to 1, and none has all of it. */
export async function expectProbabilities(model: AnyModel, given?: GivenLike): Promise<void> {
  const shape = model.fields.x!.shape.slice(1) as number[];
  const bits = sizeOf(shape);
  const all = tf.tensor(
    Float32Array.from({ length: bits * 2 ** bits }, (_, i) => (Math.floor(i / bits) >> (i % bits)) & 1),
    [2 ** bits, ...shape],
  );
  const p = (await tf.tidy(() => tf.exp(model.logLikelihood(all, given))).data()) as Float32Array;
  expect(p.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 4);
  expect(new Set(p).size, "different probabilities").toBeGreaterThan(2 ** bits / 2);
  all.dispose();
}

/** Which value of an example an output is about: by default outputs stand with their values, `perValue` for each. */
export interface OrderOptions {
  /** Values in the order in which they are drawn, as positions in an example; reading order unless given. */
  readonly order?: readonly number[];
  /** Whether an output may leave out an earlier value: a blind spot, which has to be named. */
  readonly blind?: (output: number, input: number) => boolean;
  /** Values of a place whose parameters are given at once. */
  readonly together?: number;
  readonly conditions?: tf.Tensor[];
  /** A network of a model that needs more inputs. */
  readonly run?: (x: tf.Tensor) => tf.Tensor;
}

/**
 * The Jacobian of outputs by inputs, by gradients and by finite differences: zero exactly where an output's value comes before the input's
 * or is it, and not zero where it comes after, but for blind spots.
 */
export async function expectOrder(model: AnyModel, options: OrderOptions = {}): Promise<void> {
  const shape = model.fields.x!.shape.slice(1) as number[];
  const size = sizeOf(shape);
  const { order = Array.from({ length: size }, (_, i) => i), blind = () => false, together = 1 } = options;
  const { conditions = [] } = options;
  const inputs = (x: tf.Tensor): tf.Tensor | tf.Tensor[] => (conditions.length === 0 ? x : [x, ...conditions]);
  const network = options.run ?? ((x: tf.Tensor) => apply(model.networks.network, inputs(x)));
  const rank = new Map(order.map((value, i) => [value, i]));
  const run = (x: tf.Tensor): tf.Tensor => {
    const y = network(x);
    return tf.reshape(y, [size / together, y.size / (size / together)]); // [places, parameters]
  };
  const x = tf.tidy(() => tf.add(0.2, tf.mul(0.6, random(4).uniform([1, ...shape]))));
  const base = (await tf.tidy(() => run(x)).array()) as number[][];
  const slope = (place: number): tf.Tensor =>
    tf.tidy(() => {
      const weights = random(5 + place).normal([1, base[0]!.length]);
      return tf.grad((at: tf.Tensor) => tf.sum(tf.mul(run(at).slice([place], [1]), weights)))(x);
    });
  const slopes = await Promise.all(base.map((_, place) => slope(place).data()));
  for (let input = 0; input < size; input++) {
    const values = (await x.data()).slice();
    values[input]! += 0.1;
    const moved = (await tf.tidy(() => run(tf.tensor(values, x.shape))).array()) as number[][];
    for (let place = 0; place < size / together; place++) {
      const first = place * together;
      const sees = Math.floor(rank.get(input)! / together) < Math.floor(rank.get(first)! / together);
      const change = Math.max(...moved[place]!.map((value, i) => Math.abs(value - base[place]![i]!)));
      const what = `output ${place} by input ${input}`;
      if (!sees) {
        expect(change, `${what}, moved`).toBe(0);
        expect(slopes[place]![input], `${what}, slope`).toBe(0);
      } else if (!blind(first, input)) {
        expect(change, `${what}, moved`).toBeGreaterThan(0);
        expect(slopes[place]![input], `${what}, slope`).not.toBe(0);
      }
    }
  }
  x.dispose();
}

/** Sampling keeps what layers computed, and draws what a pass of the whole network for each value draws, to the last bit. */
export async function expectSameSamples(model: AnyModel, given?: GivenLike, count = 9): Promise<void> {
  const shape = model.fields.x!.shape.slice(1) as number[];
  for (const request of [{ count }, { count: 2, temperature: 0.5 }]) {
    const asked = () => ({ ...request, random: random(11), given });
    const [fast, naive] = [await model.sample(asked()), await model.sampleNaively(asked())];
    const [a, b] = [await fast.data(), await naive.data()];
    expect(a).toEqual(b);
    expect(new Set(a).size, "values that occur").toBeGreaterThan(1);
    tf.dispose([fast, naive]);
  }
  const mask = tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    shape,
  );
  const known = tf.ones([1, ...shape]);
  const asked = () => ({ count: 5, random: random(12), given, known, mask });
  const [fast, naive] = [await model.sample(asked()), await model.sampleNaively(asked())];
  expect(await fast.data()).toEqual(await naive.data());
  expect([...(await fast.data())].every((value, i) => (i % sizeOf(shape)) % 3 !== 0 || value === 1)).toBe(true);
  tf.dispose([fast, naive, mask, known]);
}

/** What is computed place by place is what the network computes for a whole picture. */
export async function expectPlaceByPlace(model: AnyModel, conditions: tf.Tensor[] = [], levels = 2): Promise<void> {
  const { network } = model.networks;
  const shape = model.fields.x!.shape.slice(1) as number[];
  const values = shape.at(-1)!;
  const plan = planOf(network, values)!;
  expect(plan).toBeDefined();
  const count = 3;
  const size = sizeOf(shape);
  const x = tf.tidy(() => tf.div(tf.floor(tf.mul(random(6).uniform([count, ...shape]), levels)), levels - 1));
  const said = await tf.tidy(() => apply(network, conditions.length === 0 ? x : [x, ...conditions])).data();
  const perPlace = said.length / (count * (size / values));
  const perValue = plan.input.blocks === 1 ? perPlace : perPlace / values;
  let worst = 0;
  let call = 0;
  const places: PlaceLikelihood = {
    uniforms: () => 0,
    draw: () => Number.NaN,
  };
  const data = (await x.data()) as Float32Array;
  const order: { example: number; place: number; value: number }[] = [];
  for (let place = 0; place < size / values; place++)
    for (let block = 0; block < plan.input.blocks; block++)
      for (let example = 0; example < count; example++)
        for (let value = block; value < (plan.input.blocks === 1 ? values : block + 1); value++)
          order.push({ example, place, value });
  const draw: PlaceLikelihood["draw"] = (parameters) => {
    const { example, place, value } = order[call++]!;
    const from = (example * (size / values) + place) * perPlace;
    const [first, last] = plan.input.blocks === 1 ? [0, perPlace] : [value * perValue, (value + 1) * perValue];
    for (let p = first; p < last; p++) worst = Math.max(worst, Math.abs(parameters[p]! - said[from + p]!));
    return data[(example * (size / values) + place) * values + value]!;
  };
  const noise = new Float32Array(0);
  const request = { shape, count, places: { ...places, draw }, noise, choices: noise, temperature: 1, conditions };
  await drawCached(plan, request, network);
  expect(call).toBe(count * size);
  expect(worst, "largest difference").toBeLessThan(2e-5 * Math.max(1, ...said.map(Math.abs)));
  expect(Math.max(...said.map(Math.abs))).toBeGreaterThan(0.05);
  x.dispose();
}

/** Gives weights that start at 0 random values, so that nothing is hidden by them. */
export function stir(model: AnyModel, seed = 3): void {
  model.networks.network.weights.forEach((weight, i) => {
    const variable = weight.read() as tf.Variable;
    tf.tidy(() =>
      variable.assign(tf.add(variable, tf.mul(0.2, random(seed).stream(String(i)).normal(variable.shape)))),
    );
  });
}
