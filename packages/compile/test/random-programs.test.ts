import { type Random, random, type StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { onnx } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const SHAPES = [[3, 3], [3], [2, 3, 3], [], [1, 3], [3, 1], [9], [2, 3]];
const UPDATES = 5;

type Pick = <T>(items: readonly T[]) => T;
const picker =
  (source: Random): Pick =>
  (items) =>
    items[source.integer(items.length)]!;

const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1]);
const turned = (x: tf.Tensor): tf.Tensor => (x.rank < 2 ? tf.neg(x) : tf.transpose(x));

/** Operations of bounded results, those among them that passes know: factors, zeros, equal elements, sums, slopes. */
const unary: readonly ((x: tf.Tensor, pick: Pick) => tf.Tensor)[] = [
  tf.tanh,
  tf.relu,
  flat,
  turned,
  (x, pick) => tf.leakyRelu(tf.mul(tf.relu(x), pick([0.5, 2, 3])), 0.2),
  (x, pick) => tf.mul(x, pick([0, 1, -1, 0.5, 2])),
  (x, pick) => tf.add(x, pick([0, 1, -0.3])),
  (x, pick) => tf.mul(x, pick([tf.zerosLike, tf.onesLike])(x)),
  (x, pick) => tf.sub(tf.mul(x, 0.5), tf.mul(tf.tanh(x), pick([0.5, -0.5]))),
  (x, pick) => (x.rank === 0 ? x : tf.mean(x, x.rank - 1, pick([true, false]))),
  (x, pick) => (x.rank === 2 ? tf.matMul(tf.fill([2, x.shape[0]!], pick([0, 0.5, 1])), x as tf.Tensor2D) : x),
  (x) => tf.div(x, tf.add(tf.square(tf.tanh(x)), 1)),
];

/** A sum or product where shapes allow it. */
function join(a: tf.Tensor, b: tf.Tensor, pick: Pick): tf.Tensor {
  if (
    a.rank > 1 &&
    a.rank === b.rank &&
    a.shape.at(-1) === b.shape.at(-2) &&
    (a.rank === 2 || a.shape[0] === b.shape[0])
  )
    return tf.tanh(tf.matMul(a, b));
  return a.rank === 0 || b.rank === 0 || a.shape.join() === b.shape.join() ? pick([tf.add, tf.sub, tf.mul])(a, b) : a;
}

/** How a weight and its slot move along a gradient. */
const rules: readonly ((weight: tf.Variable, slot: tf.Variable, gradient: tf.Tensor) => void)[] = [
  (w, _, g) => w.assign(tf.sub(w, tf.mul(g, 0.1))),
  (w, s, g) => {
    s.assign(tf.add(tf.mul(s, 0.9), g));
    w.assign(tf.clipByValue(tf.sub(w, tf.mul(s, 0.05)), -1, 1));
  },
  (w, s, g) => {
    s.assign(g);
    w.assign(tf.sub(w, tf.div(tf.mul(s, 0.02), tf.add(tf.abs(g), 0.1))));
  },
  (w, s, g) => {
    s.assign(tf.add(s, tf.mul(0.1, tf.sub(w, s))));
    w.assign(tf.sub(w, tf.mul(g, 0.1)));
  },
  (w, s) => {
    s.assign(w);
    w.assign(tf.mul(w, 0.9));
  },
  (w, s) => {
    if (w.rank === 2 && w.shape[0] === w.shape[1]) w.assign(tf.add(w, tf.mul(tf.transpose(w), 0.05)));
    s.assign(tf.zerosLike(s));
  },
];

/** A program whose loss, update rules and logs are drawn; every run of it draws the same. */
function randomProgram(seed: number): StepProgram {
  const draw = random(seed);
  const shapes = SHAPES.filter(() => draw.integer(3) > 0).concat([[3, 3]]);
  const weights = shapes.map((shape) => tf.variable(tf.tidy(() => tf.mul(0.5, draw.normal(shape)))));
  const slots = weights.map((weight) => tf.variable(tf.zeros(weight.shape), false));
  return {
    name: "random",
    variables: [...weights, ...slots],
    run: ({ x }) =>
      tf.tidy(() => {
        const pick = picker(random(seed).stream("choices"));
        const loss = () => {
          const pool: tf.Tensor[] = [x!, ...weights, ...weights.map(flat)];
          for (let i = 0; i < 14; i++) {
            const made = pick([true, false]) ? pick(unary)(pick(pool), pick) : join(pick(pool), pick(pool), pick);
            pool.push(made);
          }
          const read = [
            ...pool.slice(-5),
            ...pool.slice(1, 3),
            ...pool.slice(1 + weights.length, 1 + 2 * weights.length),
          ];
          return tf.addN(read.map((value) => tf.mean(tf.tanh(value)))) as tf.Scalar;
        };
        const { value, grads } = tf.variableGrads(loss, weights);
        const gradients = weights.map((weight) => grads[weight.name] ?? tf.zerosLike(weight));
        const norm = tf.sqrt(tf.add(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))), 1e-3));
        const clipped = pick([true, true, false]);
        const old = [...weights, ...slots].map((variable) => tf.clone(variable));
        const rule = pick(rules);
        weights.forEach((weight, i) => {
          const gradient = gradients[i]!;
          const own = pick([rule, rule, rule, ...rules]);
          own(weight, slots[i]!, clipped ? tf.div(gradient, norm) : gradient);
        });
        // Old and new values, read after everything else.
        const logged = [0, 1].map(() => {
          const seen = pick([flat, turned, tf.tanh])(pick([...old, ...weights, ...slots]));
          return tf.sum(tf.abs(tf.sub(seen, tf.mul(norm, 0.01)))) as tf.Scalar;
        });
        return { loss: value, first: logged[0]!, second: logged[1]! };
      }),
  };
}

/** All logs in order, then all variables. */
async function outcome(seed: number, compiled: boolean): Promise<number[]> {
  const program = randomProgram(seed);
  const stream = random(5);
  const lines: string[] = [];
  // Unchecked, so that every update is a compiled one.
  const executor = onnx({ threads: 1, verifySteps: 0, warn: (line) => lines.push(line) });
  const prepared = compiled ? executor.prepare([program], stream)[0]! : undefined;
  const values: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const x = random(update).normal([4, 3]);
    const context = stepContext(stream.stream(program.name).at(update), update, true);
    const logs = await (prepared === undefined ? program.run({ x }, context) : prepared.run({ x }, update));
    for (const log of Object.values(logs)) values.push(typeof log === "number" ? log : (await log.data())[0]!);
    tf.dispose([x, ...Object.values(logs).filter((log) => typeof log !== "number")]);
  }
  await prepared?.dispose?.();
  for (const variable of program.variables) values.push(...(await variable.data()));
  tf.dispose([...program.variables]);
  expect(lines).toEqual([]);
  return values;
}

/** The last two once found a variable that was written over while it was still read. */
const SEEDS = [...Array.from({ length: 24 }, (_, seed) => seed), 129, 188];

describe("random programs", () => {
  it.each(SEEDS)("compile to what they compute eagerly: %i", async (seed) => {
    const [eager, compiled] = [await outcome(seed, false), await outcome(seed, true)];
    expect(eager.every(Number.isFinite)).toBe(true);
    const apart = eager.map((value, i) => Math.abs(compiled[i]! - value) / (1 + Math.abs(value)));
    // A few hundred float32 roundings.
    expect(Math.max(...apart)).toBeLessThan(3e-5);
  });
});
