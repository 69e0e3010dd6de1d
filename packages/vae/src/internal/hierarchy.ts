import type { Posterior, Prior, RandomSource } from "@latentkit/core";
import {
  type ApplyMode,
  check,
  checkRandom,
  checkShape,
  reparameterize,
  smoothExp,
  truncatedNormal,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { eachTimes } from "./each-times.js";

const LOG_2_PI = Math.log(2 * Math.PI);

/** A diagonal Gaussian over a level's codes, `[rows, size]` each. */
export interface Gaussian {
  readonly mean: tf.Tensor;
  readonly logVariance: tf.Tensor;
}

/**
 * Levels of codes z_L, …, z_1, from the top down, each a Gaussian that follows from what is above it. A code of the model holds them side
 * by side, the lowest first. What a level is told of those above it is one tensor.
 */
export interface Levels {
  /** Size of each level's codes, the lowest first. */
  readonly sizes: readonly number[];
  /** What the top level is told. */
  start(rows: number, mode: ApplyMode): tf.Tensor;
  /** p(z_l | levels above). */
  prior(level: number, above: tf.Tensor, mode: ApplyMode): Gaussian;
  /** q(z_l | levels above, x), of the encoder's outputs. */
  infer(level: number, outputs: readonly tf.Tensor[], above: tf.Tensor, prior: Gaussian, mode: ApplyMode): Gaussian;
  /** What the level below is told, once z_l is there. */
  below(level: number, above: tf.Tensor, z: tf.Tensor, mode: ApplyMode): tf.Tensor;
}

/** A hierarchy as the parts of a latent variable model. */
export interface Hierarchy {
  readonly latentDim: number;
  readonly prior: Prior;
  readonly posterior: Posterior;
  /** Level l, from 0, of codes `[rows, latentDim]`. */
  level(z: tf.Tensor, level: number): tf.Tensor;
  /** What is told below the lowest level, of whole codes. */
  through(z: tf.Tensor): tf.Tensor;
  /** Runs a loss with all networks applied as its step applies networks. */
  during<T>(mode: ApplyMode, run: () => T): T;
}

/** One level on the way down. */
interface Passed {
  readonly prior: Gaussian;
  readonly z: tf.Tensor;
  /** q and the noise that z was drawn with, where it was inferred. */
  readonly inferred?: Gaussian;
  readonly noise?: tf.Tensor;
}

/**
 * Makes prior and posterior of levels: p(z) = Π p(z_l | z_{>l}), q(z|x) = Π q(z_l | z_{>l}, x), both one way down.
 *
 * @param owner - Who draws: the first word of messages.
 */
export function hierarchy(
  owner: string,
  levels: Levels,
  outputs: readonly string[],
  widths?: Posterior["widths"],
): Hierarchy {
  const { sizes } = levels;
  const latentDim = sizes.reduce((sum, size) => sum + size, 0);
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  let mode: ApplyMode = { training: false };
  const level = (z: tf.Tensor, l: number): tf.Tensor => tf.slice(z, [0, starts[l]!], [-1, sizes[l]!]);

  /** Goes down; `choose` gives each level's codes. Passed levels stand the lowest first. */
  const descend = (
    rows: number,
    choose: (l: number, prior: Gaussian, above: tf.Tensor) => Omit<Passed, "prior">,
  ): { readonly passed: readonly Passed[]; readonly end: tf.Tensor } => {
    let above = levels.start(rows, mode);
    const passed: Passed[] = [];
    for (let l = sizes.length - 1; l >= 0; l--) {
      const prior = levels.prior(l, above, mode);
      const chosen = choose(l, prior, above);
      passed.unshift({ prior, ...chosen });
      above = levels.below(l, above, chosen.z, mode);
    }
    return { passed, end: above };
  };
  /** What is told below the codes that were drawn last, so that a loss goes down once. */
  const ends = new WeakMap<tf.Tensor, tf.Tensor>();
  const codes = (passed: readonly Passed[]): tf.Tensor2D =>
    tf.concat(
      passed.map(({ z }) => z),
      1,
    ) as tf.Tensor2D;

  const prior: Prior = {
    name: owner,
    latentDim,
    sample(count, size, random, { temperature = 1, truncation } = {}) {
      check(`${owner}.prior`).integer("count", count, { min: 1 });
      checkShape(`${owner}.prior`, "codes", [size], [latentDim]);
      checkRandom(`${owner}.prior`, random);
      return tf.tidy(() => {
        const shape = [count, latentDim];
        const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
        const scaled = tf.mul(noise, temperature);
        const draw = (l: number, { mean, logVariance }: Gaussian) => ({
          z: reparameterize(mean, logVariance, level(scaled, l)),
        });
        return codes(descend(count, draw).passed);
      });
    },
    logDensity: (z) =>
      tf.tidy(() => {
        const rows = tf.reshape(z, [-1, latentDim]);
        const { passed } = descend(rows.shape[0]!, (l) => ({ z: level(rows, l) }));
        const each = passed.map(({ z: own, prior: { mean, logVariance } }) =>
          tf.sum(density(tf.mul(tf.square(tf.sub(own, mean)), smoothExp(tf.neg(logVariance))), logVariance), 1),
        );
        return tf.reshape(tf.addN(each), z.shape.slice(0, -1));
      }),
    toJSON: () => undefined,
  };

  const inferred = (given: readonly tf.Tensor2D[], noise?: tf.Tensor): ReturnType<typeof descend> =>
    descend(given[0]!.shape[0], (l, own, above) => {
      const q = levels.infer(l, given, above, own, mode);
      if (noise === undefined) return { z: q.mean, inferred: q };
      const drawn = level(noise, l);
      return { z: reparameterize(q.mean, q.logVariance, drawn), inferred: q, noise: drawn };
    });
  const posterior: Posterior = {
    name: owner,
    latentDim,
    outputs,
    ...(widths && { widths }),
    code: (given) => tf.tidy(() => codes(inferred(given).passed)),
    draw(given, random: RandomSource, count) {
      const [batch] = given[0]!.shape;
      const rows = count === undefined ? given : given.map((one) => eachTimes(one, count) as tf.Tensor2D);
      const noise = random.normal([batch * (count ?? 1), latentDim]);
      const { passed, end } = inferred(rows, noise);
      const shape = count === undefined ? [batch] : [batch, count];
      const z = tf.reshape(codes(passed), [...shape, latentDim]);
      if (count === undefined) ends.set(z, end);
      return {
        z,
        logDensity: () =>
          tf.reshape(
            tf.addN(passed.map((one) => tf.sum(density(tf.square(one.noise!), one.inferred!.logVariance), 1))),
            shape,
          ),
        kl: (under) => (under === prior && count === undefined ? divergence(passed) : undefined),
      };
    },
    toJSON: () => undefined,
  };

  return {
    latentDim,
    prior,
    posterior,
    level,
    through(z) {
      const end = ends.get(z);
      return end?.isDisposed === false ? end : descend(z.shape[0]!, (l) => ({ z: level(z, l) })).end;
    },
    during(step, run) {
      const before = mode;
      mode = step;
      try {
        return run();
      } finally {
        mode = before;
      }
    },
  };
}

/** log N of a squared distance in units of the variance. */
const density = (distance: tf.Tensor, logVariance: tf.Tensor): tf.Tensor =>
  tf.mul(-0.5, tf.add(tf.add(distance, logVariance), LOG_2_PI));

/** KL(q(z_l | z_{>l}, x) ‖ p(z_l | z_{>l})) by dimension: `[rows, latentDim]`. */
function divergence(passed: readonly Passed[]): tf.Tensor2D {
  const each = passed.map(({ prior, inferred }) => {
    const q = inferred!;
    const spread = tf.sub(q.logVariance, prior.logVariance);
    const distance = tf.mul(tf.square(tf.sub(q.mean, prior.mean)), smoothExp(tf.neg(prior.logVariance)));
    return tf.mul(0.5, tf.add(tf.sub(tf.sub(smoothExp(spread), spread), 1), distance));
  });
  return tf.concat(each, 1) as tf.Tensor2D;
}
