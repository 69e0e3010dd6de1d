import { check, smoothExp, smoothLogSumExp, smoothSoftplus, smoothTanh } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { drawLevel } from "../internal/draw-level.js";
import { dataShape } from "../internal/split-parameters.js";
import { sumPerExample } from "../internal/sum-per-example.js";
import type { Likelihood, PlaceLikelihood } from "./likelihood.js";

/** Options of {@link discretizedLogisticMixture}. */
export interface DiscretizedLogisticMixtureOptions {
  /** Logistics in the mixture. Default 10, the paper's. */
  readonly components?: number;
  /** Values of a place that share a component and follow from one another: 1 for greys, 3 for R, G, B. Default 1. */
  readonly channels?: number;
  /** Levels that a value takes. Default 256. */
  readonly levels?: number;
  /** Value of the first level. Default 0. */
  readonly low?: number;
  /** Value of the last level. Default 1, as images are scaled. */
  readonly high?: number;
}

/** Logarithm of the smallest scale, over a range of 2: the source's. Below it a level takes all. */
const LOWEST = -7;

/**
 * Values on evenly spaced levels, each with the share that a mixture of logistic distributions has in its interval; the outer
 * intervals reach to infinity. Smooth over levels, with 12 to 100 parameters a pixel where {@link categorical} has 256 to 768.
 *
 * With x scaled to [−1, 1], step h = 2 / (levels − 1) and σ the logistic function, a component gives a value
 *
 *     σ((x + h/2 − μ)/s) − σ((x − h/2 − μ)/s),
 *
 * and the channels of a pixel share the component: μ of the second is m + a·x₁, of the third m + b·x₁ + c·x₂. The difference is
 * computed as σ(u)·σ(−v)·(1 − e^(v−u)), so that neither tiny scales nor far values lose its digits. Parameters of a pixel: the logits of
 * the components, then for each channel means, log scales and, as tanh of them, the weights of the channels before.
 *
 * Data is rounded to the nearest level.
 *
 * **Shapes** data `[batch, …, n · channels]`, with `components · (1 + 2 · channels + channels · (channels − 1) / 2)` parameters for
 * each `channels` values: 10 components need 30 for greys and 100 for R, G, B. **Units** nats per example.
 *
 * **Source** Salimans, Karpathy, Chen and Kingma, "PixelCNN++", 2017, equations 2 and 3. https://arxiv.org/abs/1701.05517
 *
 * @throws ConfigError for counts that are no integers ≥ 1, fewer than two levels or `high` ≤ `low`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { discretizedLogisticMixture } from "@latentkit/losses";
 * const likelihood = discretizedLogisticMixture({ components: 5, channels: 3 });
 * likelihood.negativeLogLikelihood(tf.ones([1, 8, 8, 3]), tf.zeros([1, 8, 8, 50])).print();
 * ```
 */
export function discretizedLogisticMixture(options: DiscretizedLogisticMixtureOptions = {}): Likelihood {
  const must = check("discretizedLogisticMixture");
  must.known(options, ["components", "channels", "levels", "low", "high"]);
  const { components = 10, channels = 1, levels = 256, low = 0, high = 1 } = options;
  must.integer("components", components, { min: 1 });
  must.integer("channels", channels, { min: 1 });
  must.integer("levels", levels, { min: 2 });
  must.number("low", low);
  must.number("high", high, { above: low });
  const perPlace = components * (1 + 2 * channels + (channels * (channels - 1)) / 2);
  const layout: Layout = { components, channels, levels, low, high, perPlace };

  return {
    name: "discretizedLogisticMixture",
    parametersPerValue: perPlace / channels,
    channels,
    support: { min: low, max: high, name: `values in [${low}, ${high}], for a discretizedLogisticMixture likelihood` },
    negativeLogLikelihood: (x, parameters) => tf.tidy(() => negativeLogLikelihood(layout, x, parameters)),
    mean: (parameters) =>
      tf.tidy(() => {
        const { logits, shape, ...rest } = split(layout, parameters);
        const shares = tf.softmax(logits);
        const means: tf.Tensor[] = [];
        for (let c = 0; c < channels; c++) {
          // Each channel's mean follows from those before it.
          const centre = centreOf(rest, c, means);
          means.push(tf.clipByValue(tf.sum(tf.mul(shares, centre), -1, true), -1, 1));
        }
        return unscale(layout, tf.reshape(tf.concat(means, -1), shape));
      }),
    sample: (parameters, random) =>
      tf.tidy(() => {
        const { logits, shape, ...rest } = split(layout, parameters);
        const places = logits.shape[0]!;
        const gumbel = tf.neg(tf.log(tf.neg(tf.log(open(random.uniform(logits.shape))))));
        const chosen = tf.oneHot(tf.argMax(tf.add(logits, gumbel), -1), components);
        const pick = (values: tf.Tensor): tf.Tensor => tf.sum(tf.mul(values, chosen), -1, true);
        const drawn: tf.Tensor[] = [];
        for (let c = 0; c < channels; c++) {
          const u = open(random.uniform([places, 1]));
          const noise = tf.sub(tf.log(u), tf.log(tf.sub(1, u)));
          const value = tf.add(pick(centreOf(rest, c, drawn)), tf.mul(tf.exp(pick(rest.logScales[c]!)), noise));
          drawn.push(toLevel(layout, value));
        }
        return unscale(layout, tf.reshape(tf.concat(drawn, -1), shape));
      }),
    places: { uniforms: (values) => (values / channels) * (1 + channels), draw: drawPlace(layout) },
    toJSON: () => ({ name: "discretizedLogisticMixture", components, channels, levels, low, high }),
  };
}

interface Layout extends Required<DiscretizedLogisticMixtureOptions> {
  readonly perPlace: number;
}

/** What the parameters of places say, `[places, components]` each. */
interface Mixture {
  readonly logits: tf.Tensor;
  readonly means: readonly tf.Tensor[];
  readonly logScales: readonly tf.Tensor[];
  readonly weights: readonly (readonly tf.Tensor[])[];
  /** Shape of the data. */
  readonly shape: number[];
}

function split({ components, channels, perPlace }: Layout, parameters: tf.Tensor): Mixture {
  const shape = dataShape("discretizedLogisticMixture", parameters, perPlace);
  const places = tf.reshape(parameters, [parameters.size / perPlace, perPlace]);
  let at = 0;
  const next = (): tf.Tensor => {
    const part = tf.slice(places, [0, at], [places.shape[0]!, components]);
    at += components;
    return part;
  };
  const logits = next();
  const [means, logScales, weights]: [tf.Tensor[], tf.Tensor[], tf.Tensor[][]] = [[], [], []];
  for (let c = 0; c < channels; c++) {
    means.push(next());
    // max(s, LOWEST), differentiable as often as wanted.
    logScales.push(tf.add(tf.relu(tf.sub(next(), LOWEST)), LOWEST));
    weights.push(Array.from({ length: c }, () => smoothTanh(next())));
  }
  return { logits, means, logScales, weights, shape: [...shape.slice(0, -1), shape.at(-1)! * channels] };
}

/** Centres of a channel, given the channels before it, `[places, 1]` each: `[places, components]`. */
function centreOf(
  { means, weights }: Pick<Mixture, "means" | "weights">,
  c: number,
  before: readonly tf.Tensor[],
): tf.Tensor {
  return weights[c]!.reduce((sum, weight, i) => tf.add(sum, tf.mul(weight, before[i]!)), means[c]!);
}

function negativeLogLikelihood(layout: Layout, x: tf.Tensor, parameters: tf.Tensor): tf.Tensor1D {
  const { channels, levels } = layout;
  const { logits, logScales, shape: _, ...rest } = split(layout, parameters);
  const values = tf.reshape(x, [x.size / channels, channels]);
  const range = layout.high - layout.low;
  const scaled = toLevel(layout, tf.sub(tf.mul(tf.sub(values, layout.low), 2 / range), 1)); // in [−1, 1]
  const of = tf.split(scaled, channels, 1);
  const half = 1 / (levels - 1);
  let total: tf.Tensor = tf.sub(logits, tf.expandDims(smoothLogSumExp(logits), -1)); // [places, components]
  for (let c = 0; c < channels; c++) {
    const value = of[c]!;
    const [lowest, highest] = [tf.less(value, half - 1), tf.greater(value, 1 - half)].map((is) =>
      tf.cast(is, "float32"),
    );
    const inverse = smoothExp(tf.neg(logScales[c]!));
    const from = tf.sub(value, centreOf(rest, c, of));
    const above = tf.mul(tf.add(from, half), inverse); // u
    const below = tf.mul(tf.sub(from, half), inverse); // v
    // log σ(u) = −softplus(−u), but 1 at the last level; log σ(−v) likewise at the first; log(1 − e^(v−u)) in between.
    const upper = tf.mul(tf.sub(1, highest!), smoothSoftplus(tf.neg(above)));
    const lower = tf.mul(tf.sub(1, lowest!), smoothSoftplus(below));
    const inside = tf.sub(1, tf.add(lowest!, highest!));
    const between = tf.mul(inside, logShare(tf.sub(Math.log(2 * half), logScales[c]!)));
    total = tf.add(total, tf.sub(between, tf.add(upper, lower)));
  }
  const places = tf.neg(smoothLogSumExp(total)); // [places]
  return sumPerExample(tf.reshape(places, [x.shape[0]!, places.size / x.shape[0]!]));
}

/**
 * log(1 − e^−δ) from log δ, to the last digits at both ends: below ½ as log δ − δ/2 + δ²/24 − δ⁴/2880, above as it stands. Both are
 * summed, each held at ½ where the other is meant, so that no branch is left out of a gradient.
 */
function logShare(logDelta: tf.Tensor): tf.Tensor {
  const delta = smoothExp(logDelta);
  const small = tf.sub(0.5, tf.relu(tf.sub(0.5, delta)));
  const large = tf.add(0.5, tf.relu(tf.sub(delta, 0.5)));
  const square = tf.square(small);
  const series = tf.mul(small, tf.sub(tf.mul(small, tf.sub(1 / 24, tf.div(square, 2880))), 0.5));
  const logSmall = tf.sub(Math.log(0.5), tf.relu(tf.sub(Math.log(0.5), logDelta)));
  const both = tf.add(tf.add(logSmall, series), tf.log(tf.sub(1, smoothExp(tf.neg(large)))));
  return tf.sub(both, Math.log(1 - Math.exp(-0.5)));
}

/** The nearest level, over [−1, 1]. */
function toLevel({ levels }: Layout, value: tf.Tensor): tf.Tensor {
  const steps = (levels - 1) / 2;
  return tf.clipByValue(tf.sub(tf.div(tf.round(tf.mul(tf.add(value, 1), steps)), steps), 1), -1, 1);
}

function unscale({ low, high }: Layout, value: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(tf.add(value, 1), (high - low) / 2), low);
}

/** Uniform numbers away from 0 and 1, where logarithms are finite. */
const open = (uniform: tf.Tensor): tf.Tensor => tf.add(tf.mul(uniform, 1 - 2 ** -23), 2 ** -25);

function drawPlace({ components, channels, levels, low, high, perPlace }: Layout): PlaceLikelihood["draw"] {
  const steps = (levels - 1) / 2;
  return (parameters, value, place, uniforms, temperature) => {
    const [pixel, c] = [Math.floor(value / channels), value % channels];
    const [from, noiseFrom] = [pixel * perPlace, pixel * (1 + channels)];
    const k = drawLevel(parameters, from, components, uniforms[noiseFrom]!, temperature);
    // Channel i has means, log scales and i weights.
    const at = from + components * (1 + 2 * c + (c * (c - 1)) / 2) + k;
    const toScaled = (x: number): number => ((x - low) * 2) / (high - low) - 1;
    let centre = parameters[at]!;
    for (let i = 0; i < c; i++) {
      centre += Math.tanh(parameters[at + (2 + i) * components]!) * toScaled(place[value - c + i]!);
    }
    const u = uniforms[noiseFrom + 1 + c]! * (1 - 2 ** -23) + 2 ** -25;
    const scale = Math.exp(Math.max(LOWEST, parameters[at + components]!)) * temperature;
    const drawn = centre + scale * (Math.log(u) - Math.log(1 - u));
    const level = Math.min(levels - 1, Math.max(0, Math.round((drawn + 1) * steps)));
    return low + ((high - low) * level) / (levels - 1);
  };
}
