import { ConfigError, exponentialSchedule, type Posterior, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { binaryPosterior, binaryPrior, categoricalPosterior, categoricalPrior, standardNormal } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const LOGITS = [0.3, -1.2, 2, 0.5, 0, -0.4];
const softmax = (logits: readonly number[]): number[] => {
  const shares = logits.map(Math.exp);
  const sum = shares.reduce((a, b) => a + b);
  return shares.map((share) => share / sum);
};
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
const logits = (rows = 1): tf.Tensor2D => tf.tensor2d(Array.from({ length: rows }, () => LOGITS));

/** Means of draws by dimension, and all values. */
async function drawn(posterior: Posterior, training: boolean, count = 4000) {
  const z = tf.tidy(() => posterior.draw([logits(count)], random(3), undefined, stepContext(random(1), 0, training)).z);
  const rows = (await z.array()) as number[][];
  z.dispose();
  return { rows, mean: LOGITS.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / count) };
}

describe("categoricalPosterior and categoricalPrior", () => {
  const sizes = { variables: 2, classes: 3 };
  const shares = [...softmax(LOGITS.slice(0, 3)), ...softmax(LOGITS.slice(3))];

  it("draws one-hot codes with the shares of the logits outside training", async () => {
    const { rows, mean } = await drawn(categoricalPosterior(sizes), false);
    for (const row of rows) {
      expect(row.every((value) => value === 0 || value === 1)).toBe(true);
      expect([row.slice(0, 3), row.slice(3)].map((part) => part.reduce((a, b) => a + b))).toEqual([1, 1]);
    }
    // Five standard errors of a share of 4,000 draws.
    for (const [i, share] of shares.entries())
      expect(Math.abs(mean[i]! - share)).toBeLessThan(5 * Math.sqrt(0.25 / 4000));
  });

  it("draws soft codes in training whose largest classes have the shares of the logits, harder as the temperature falls", async () => {
    const soft = await drawn(categoricalPosterior({ ...sizes, temperature: 1 }), true);
    const hard = await drawn(categoricalPosterior({ ...sizes, temperature: 0.05 }), true);
    const largest = (row: number[]) => row.indexOf(Math.max(...row));
    for (const { rows } of [soft, hard]) {
      for (const group of [0, 1]) {
        const parts = rows.map((row) => row.slice(3 * group, 3 * group + 3));
        for (const part of parts) expect(part.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
        for (let k = 0; k < 3; k++) {
          const share = parts.filter((part) => largest(part) === k).length / parts.length;
          expect(Math.abs(share - shares[3 * group + k]!)).toBeLessThan(5 * Math.sqrt(0.25 / 4000));
        }
      }
    }
    const sharpness = ({ rows }: typeof soft) =>
      rows.reduce((sum, row) => sum + Math.max(...row.slice(0, 3)), 0) / 4000;
    expect(sharpness(hard)).toBeGreaterThan(0.97);
    expect(sharpness(soft)).toBeLessThan(0.85);
  });

  it("has one-hot values and the soft gradient when it is straight-through", async () => {
    const of = (straightThrough: boolean) => {
      const posterior = categoricalPosterior({ ...sizes, straightThrough });
      const weights = tf.tensor2d([[1, -2, 3, 0.5, 2, -1]]);
      const loss = (input: tf.Tensor) => {
        const step = stepContext(random(1), 0, true);
        return tf.sum(tf.mul(posterior.draw([input as tf.Tensor2D], random(5), undefined, step).z, weights));
      };
      return tf.grad(loss)(logits());
    };
    const [soft, straight] = [of(false), of(true)];
    const [expected, found] = [[...(await soft.data())], [...(await straight.data())]];
    for (const [i, slope] of expected.entries()) expect(found[i]).toBeCloseTo(slope, 5);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.01);
    const { rows } = await drawn(categoricalPosterior({ ...sizes, straightThrough: true }), true, 50);
    for (const row of rows) for (const value of row) expect(Math.abs(value * (1 - value))).toBeLessThan(1e-5);
    tf.dispose([soft, straight]);
  });

  it("has the closed divergence Σ q log(q·K) by variable, and log q and log p of one-hot codes", async () => {
    const [posterior, prior] = [categoricalPosterior(sizes), categoricalPrior(sizes)];
    const kl = posterior.kl!([logits()], prior)!;
    const parts = [shares.slice(0, 3), shares.slice(3)];
    const expected = parts.map((part) => part.reduce((sum, q) => sum + q * Math.log(q * 3), 0));
    const found = [...(await kl.data())];
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
    const draw = posterior.draw([logits()], random(1), 5);
    const [z, log, under] = [(await draw.z.array()) as number[][][], draw.logDensity(), prior.logDensity(draw.z)];
    const values = [...(await log.data())];
    for (const [i, code] of z[0]!.entries()) {
      expect(values[i]).toBeCloseTo(Math.log(code.reduce((p, one, k) => (one === 1 ? p * shares[k]! : p), 1)), 5);
    }
    for (const value of await under.data()) expect(value).toBeCloseTo(-2 * Math.log(3), 5);
    tf.dispose([kl, draw.z, log, under]);
  });

  it("has no closed divergence from priors of other codes", () => {
    const input = logits();
    expect(categoricalPosterior(sizes).kl!([input], categoricalPrior({ variables: 3, classes: 2 }))).toBeUndefined();
    expect(categoricalPosterior(sizes).kl!([input], standardNormal())).toBeUndefined();
    input.dispose();
  });
});

describe("binaryPosterior and binaryPrior", () => {
  it("draws zeros and ones outside training and soft values in it, both with the shares of the logits", async () => {
    const [hard, soft] = [await drawn(binaryPosterior(), false), await drawn(binaryPosterior(), true)];
    expect(hard.rows.flat().every((value) => value === 0 || value === 1)).toBe(true);
    expect(soft.rows.flat().filter((value) => value > 0.01 && value < 0.99).length).toBeGreaterThan(5000);
    for (const [i, logit] of LOGITS.entries()) {
      const above = soft.rows.filter((row) => row[i]! > 0.5).length / soft.rows.length;
      for (const share of [hard.mean[i]!, above]) {
        expect(Math.abs(share - sigmoid(logit))).toBeLessThan(5 * Math.sqrt(0.25 / 4000)); // five standard errors
      }
    }
  });

  it("has the closed divergence from a Bernoulli prior, and log densities of zeros and ones", async () => {
    const p = 0.3;
    const [posterior, prior] = [binaryPosterior(), binaryPrior({ probability: p })];
    const kl = posterior.kl!([logits()], prior)!;
    const found = [...(await kl.data())];
    for (const [i, logit] of LOGITS.entries()) {
      const q = sigmoid(logit);
      expect(found[i]).toBeCloseTo(q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p)), 5);
    }
    const draw = posterior.draw([logits()], random(1));
    const [code] = (await draw.z.array()) as number[][];
    const [log, under] = [draw.logDensity(), prior.logDensity(draw.z)];
    const sum = (probability: (i: number) => number) =>
      code!.reduce((total, bit, i) => total + Math.log(bit === 1 ? probability(i) : 1 - probability(i)), 0);
    expect((await log.data())[0]).toBeCloseTo(
      sum((i) => sigmoid(LOGITS[i]!)),
      5,
    );
    expect((await under.data())[0]).toBeCloseTo(
      sum(() => p),
      5,
    );
    tf.dispose([kl, draw.z, log, under]);
  });

  it("draws from the prior with its probability, sharper below temperature 1, and refuses a truncation", async () => {
    const prior = binaryPrior({ probability: 0.3 });
    const share = async (temperature: number) => {
      const z = prior.sample(4000, 2, random(1), { temperature });
      const mean = tf.tidy(() => tf.mean(z));
      const value = (await mean.data())[0]!;
      tf.dispose([z, mean]);
      return value;
    };
    expect(Math.abs((await share(1)) - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / 8000)); // five standard errors
    expect(await share(0)).toBe(0);
    for (const one of [prior, categoricalPrior({ variables: 1, classes: 2 })]) {
      expect(() => one.sample(2, 2, random(1), { truncation: 1 })).toThrow(ConfigError);
    }
  });

  it("draws finite codes with finite slopes from noise at both ends of [0, 1], and a little beyond", async () => {
    for (const uniform of [0, 1, -1e-5, 1 + 1e-5]) {
      const source = { normal: random(1).normal, uniform: (shape: readonly number[]) => tf.fill([...shape], uniform) };
      for (const posterior of [binaryPosterior(), categoricalPosterior({ variables: 2, classes: 3 })]) {
        const step = stepContext(random(1), 0, true);
        const loss = (input: tf.Tensor) =>
          tf.sum(tf.square(posterior.draw([input as tf.Tensor2D], source as never, undefined, step).z));
        const { value, grad } = tf.valueAndGrad(loss)(logits());
        const values = [...(await value.data()), ...(await grad.data())];
        expect(values.every(Number.isFinite), `${posterior.name} at ${uniform}`).toBe(true);
        tf.dispose([value, grad]);
      }
    }
  });

  it("follows its schedule of temperatures", async () => {
    const posterior = binaryPosterior({ temperature: exponentialSchedule({ from: 1, rate: 0.001, steps: 10 }) });
    const softness = async (update: number) => {
      const value = tf.tidy(() => {
        const { z } = posterior.draw([logits(500)], random(3), undefined, stepContext(random(1), update, true));
        return tf.mean(tf.mul(z, tf.sub(1, z)));
      });
      const number = (await value.data())[0]!;
      value.dispose();
      return number;
    };
    expect(await softness(10)).toBeLessThan(0.1 * (await softness(0)));
  });
});
