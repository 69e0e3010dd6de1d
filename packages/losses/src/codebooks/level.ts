import { random, type StepContext } from "@latentkit/core";
import { oneHot, stopGradient, trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { kMeans, spreadRows } from "./k-means.js";
import { nearest, unit } from "./nearest.js";
import type { LevelOptions } from "./options.js";
import { countsOf, movedUsage, perplexityOf, usedOf } from "./statistics.js";

/** Keeps the means of codes that nothing chose finite. */
const EPSILON = 1e-5;

/** One level's choice for each row. */
export interface Choice {
  /** `[rows]` int32. */
  readonly codes: tf.Tensor1D;
  /** The codes' vectors: `[rows, dim]`; gradients reach the table when an optimiser moves it. */
  readonly vectors: tf.Tensor2D;
  readonly perplexity: tf.Scalar;
  readonly used: tf.Scalar;
}

/** One table of codes with what moves it. */
export interface Level {
  readonly state: Readonly<Record<string, tf.Variable>>;
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  readonly usage: tf.Variable;
  /** Rows as they are compared: of length 1 where angles count. */
  prepare(rows: tf.Tensor2D): tf.Tensor2D;
  /** The codes nearest to prepared rows; in training their statistics move. */
  choose(rows: tf.Tensor2D, step?: StepContext): Choice;
  /** `[…]` → `[…, dim]`. */
  embed(codes: tf.Tensor): tf.Tensor;
  /** Sets the table by prepared rows, once. */
  first?(rows: tf.Tensor2D, step: StepContext): void;
  after?(): void;
}

/** Makes a table of codes `[codes, dim]`, uniform over ±1/codes, or of length 1 where angles count. */
export function level(options: LevelOptions, dim: number, name: (part: string) => string): Level {
  const { codes: count, update, decay, initialization, restart, distance, seed } = options;
  const spherical = distance === "cosine";
  const stream = random(seed).stream("codebook").stream(name("codebook"));
  const initial = tf.tidy(() =>
    spherical ? unit(stream.normal([count, dim])) : stream.uniform([count, dim], -1 / count, 1 / count),
  );
  const variable = (value: () => tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(value(), false));
  const trained = update === "gradient" ? tableNetwork(initial, name("codebook")) : undefined;
  const table = trained ? trainableVariables([trained])[0]! : tf.variable(initial, false);
  initial.dispose();
  const usage = variable(() => tf.zeros([count]));
  // A code that has not been chosen yet is as much alive as one twice at the threshold.
  const alive = restart === undefined ? 1 : 2 * restart.below;
  const counts = variable(() => tf.fill([count], alive));
  const ema = trained ? undefined : { sums: variable(() => tf.mul(table, alive)) };
  const reborn = trained &&
    restart && { dead: variable(() => tf.zeros([count])), candidates: variable(() => tf.zeros([count, dim])) };
  const begun = initialization === "kMeans" ? variable(() => tf.scalar(0)) : undefined;
  const read = (): tf.Tensor2D => (spherical ? unit(table as tf.Tensor2D) : (table as tf.Tensor2D));

  const prepare = (rows: tf.Tensor2D): tf.Tensor2D => (spherical ? unit(rows) : rows);

  /** Moves means, counts and dead codes by the rows of a batch. */
  const learn = (rows: tf.Tensor2D, hot: tf.Tensor2D, chosen: tf.Tensor1D, step: StepContext): void => {
    usage.assign(movedUsage(usage, chosen));
    const moved = (average: tf.Tensor, value: tf.Tensor): tf.Tensor =>
      tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay));
    let newCounts = moved(counts, chosen);
    let [newSums, newTable] = [undefined, undefined] as [tf.Tensor | undefined, tf.Tensor | undefined];
    if (ema !== undefined) {
      newSums = moved(ema.sums, tf.matMul(hot, rows, true));
      const total = tf.sum(newCounts);
      const smooth = tf.mul(tf.div(tf.add(newCounts, EPSILON), tf.add(total, count * EPSILON)), total);
      const means = tf.div(newSums, tf.expandDims(smooth, 1));
      newTable = spherical ? unit(means) : means;
    }
    if (restart !== undefined) {
      // Even use is no death: where a batch has few vectors a code, half of its share is enough to live.
      const share = rows.shape[0] / count;
      const dead = tf.less(newCounts, Math.min(restart.below, share / 2));
      const born = spreadRows(rows, count, step.random);
      const each = tf.expandDims(dead, 1);
      newCounts = tf.where(dead, tf.fill([count], share), newCounts);
      if (newSums !== undefined) newSums = tf.where(each, tf.mul(born, share), newSums);
      if (newTable !== undefined) newTable = tf.where(each, born, newTable);
      reborn?.dead.assign(tf.cast(dead, "float32"));
      reborn?.candidates.assign(born);
    }
    counts.assign(newCounts);
    if (newSums !== undefined) ema!.sums.assign(newSums);
    if (newTable !== undefined) table.assign(newTable);
  };

  return {
    networks: trained ? { [name("codebook")]: trained } : {},
    state: Object.fromEntries(
      Object.entries({
        ...(!trained && { codebook: table }),
        counts,
        usage,
        ...ema,
        ...reborn,
        ...(begun && { begun }),
      }).map(([part, value]) => [name(part), value]),
    ),
    usage,
    prepare,
    choose(given, step) {
      const rows = stopGradient(given);
      const codes = nearest(rows, stopGradient(read()));
      const hot = oneHot<tf.Rank.R2>(codes, count);
      const chosen = countsOf(hot);
      const vectors = trained ? tf.matMul<tf.Tensor2D>(hot, read()) : rowsAt(read(), codes);
      if (step?.training) learn(rows, hot, chosen, step);
      return { codes, vectors, perplexity: perplexityOf(chosen), used: usedOf(usage) };
    },
    embed: (codes) => tf.gather(read(), tf.cast(codes, "int32")),
    ...(begun && {
      first(rows: tf.Tensor2D, step: StepContext) {
        const found = kMeans(rows, count, step.random, spherical);
        const never = tf.equal(begun, 0);
        const kept = (value: tf.Tensor, variable: tf.Variable): void =>
          variable.assign(tf.where(never, value, variable));
        const weights = tf.maximum(found.counts, 1);
        kept(found.centres, table);
        kept(weights, counts);
        if (ema !== undefined) kept(tf.mul(found.centres, tf.expandDims(weights, 1)), ema.sums);
        begun.assign(tf.scalar(1));
      },
    }),
    ...(reborn && {
      after() {
        tf.tidy(() => {
          const dead = tf.expandDims(tf.greater(reborn.dead, 0), 1);
          table.assign(tf.where(dead, reborn.candidates, table));
        });
      },
    }),
  };
}

/** Rows of a table as constants: where they are says nothing to gradients, and TensorFlow.js has none for places. */
function rowsAt(table: tf.Tensor2D, places: tf.Tensor1D): tf.Tensor2D {
  const taken = tf.customGrad((rows) => ({
    value: tf.gather(rows as tf.Tensor2D, places),
    gradFunc: () => tf.zerosLike(table),
  }));
  return taken(table) as tf.Tensor2D;
}

/** A table that an optimiser moves: the kernel of a dense layer, whose rows one-hot vectors choose. */
function tableNetwork(initial: tf.Tensor, name: string): tf.LayersModel {
  const [codes, dim] = initial.shape as [number, number];
  const layer = tf.layers.dense({ units: dim, useBias: false, inputShape: [codes], name: `${name}/table` });
  const network = tf.sequential({ layers: [layer], name });
  trainableVariables([network])[0]!.assign(initial);
  return network;
}
