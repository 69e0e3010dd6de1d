import { ConfigError, type FieldSpecs, type RandomSource, type SampleOptions, ShapeError } from "@latentkit/core";
import {
  checkShape,
  checkSupport,
  conditionInputs,
  drawGiven,
  sampleRequest,
  showShape,
  sizeOf,
} from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { DrawRequest } from "./sampling/request.js";

/** What a request is read for. */
export interface Drawn {
  readonly owner: string;
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly likelihood: Likelihood;
  readonly given: FieldSpecs | undefined;
  /** Values that stand in one place. */
  readonly values: number;
  /** Set when something is chosen for each example before its values are drawn, such as a mask. */
  readonly chooses?: boolean;
}

const PARTS = ["given", "temperature", "known", "mask", "signal", "onProgress"] as const;

/** Reads what `sample` was called with and draws its noise; `use` has the request until it is done. */
export async function withRequest<T>(
  { owner, shape, likelihood, given, values, chooses = false }: Drawn,
  options: SampleOptions | number,
  random: RandomSource | undefined,
  use: (request: DrawRequest) => Promise<T>,
): Promise<T> {
  const asked = sampleRequest(owner, PARTS, options, random);
  const { count, temperature, signal, onProgress } = asked;
  if (likelihood.places === undefined) {
    throw new ConfigError(
      `${owner}.sample: expected a likelihood that draws place by place, received ${likelihood.name}.`,
    );
  }
  const places = sizeOf(shape) / values;
  const uniforms = likelihood.places.uniforms(values);
  const kept = await knownValues(owner, asked.known, asked.mask, shape, count, likelihood);
  const { chosen, noise, conditions } = tf.tidy(() => ({
    chosen: chooses ? asked.random.uniform([count]) : tf.tensor1d([], "float32"),
    noise: asked.random.uniform([count, places, uniforms]),
    conditions: conditionInputs(owner, given, drawGiven(given, asked.given, count, asked.random), count),
  }));
  try {
    return await use({
      ...{ shape, count, places: likelihood.places, temperature, signal, onProgress, conditions },
      ...{ choices: (await chosen.data()) as Float32Array, noise: (await noise.data()) as Float32Array, ...kept },
    });
  } finally {
    tf.dispose([chosen, noise, ...conditions]);
  }
}

/** What is kept of the pictures: values, and where they stand, for each example. */
async function knownValues(
  owner: string,
  known: tf.Tensor | undefined,
  mask: tf.Tensor | undefined,
  shape: readonly number[],
  count: number,
  likelihood: Likelihood,
): Promise<Pick<DrawRequest, "known" | "mask">> {
  if ((known === undefined) !== (mask === undefined)) {
    throw new ConfigError(`${owner}.sample: expected \`known\` and \`mask\` together, received one of them.`);
  }
  if (known === undefined || mask === undefined) return {};
  checkShape(`${owner}.sample`, "known", known.shape, [known.shape[0] === 1 ? 1 : count, ...shape]);
  const size = sizeOf(shape);
  const entry = spreadMask(owner, mask, shape, count);
  const [values, at] = [await known.data(), await mask.data()];
  const kept = Uint8Array.from({ length: count * size }, (_, i) =>
    at[entry(Math.floor(i / size), i % size)] === 0 ? 0 : 1,
  );
  const all = Float32Array.from(kept, (_, i) => values[i % values.length]!);
  if (likelihood.support) {
    const scored = all.filter((_, i) => kept[i] === 1);
    checkSupport(`${owner}.sample`, "known", scored, likelihood.support);
  }
  return { known: all, mask: kept };
}

/** Where in a mask the entry of a value stands. */
function spreadMask(
  owner: string,
  mask: tf.Tensor,
  shape: readonly number[],
  count: number,
): (example: number, value: number) => number {
  const fits = (axes: readonly number[]): boolean => axes.length > 0 && axes.every((size, i) => size === shape[i]);
  const [first, ...rest] = mask.shape as [number, ...number[]];
  // [height, width], [height, width, channels]
  if (fits(mask.shape)) {
    const inner = sizeOf(shape.slice(mask.rank));
    return (_, value) => Math.floor(value / inner);
  }
  // [count, height, width], …
  if (fits(rest) && (first === 1 || first === count)) {
    const [inner, outer] = [sizeOf(shape.slice(rest.length)), sizeOf(rest)];
    return (example, value) => (first === 1 ? 0 : example * outer) + Math.floor(value / inner);
  }
  throw new ShapeError(
    `${owner}.sample: expected \`mask\` to have shape ${showShape(shape)} or the first axes of it, one for all examples or ${count}, received ${showShape(mask.shape)}.`,
  );
}
