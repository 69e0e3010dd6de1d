import * as tf from "@tensorflow/tfjs";
import { ConfigError } from "../errors.js";
import {
  abortSignal,
  choice,
  functionOf,
  instance,
  integer,
  number,
  optional,
  resolveOptions,
} from "../options/index.js";
import { A_STREAM, isRandomSource } from "../random/check-random.js";
import { random as stream } from "../random/random.js";
import type { RandomSource } from "../random/random-source.js";
import type { SampleOptions, SampleProgress } from "../types/capabilities.js";
import type { GivenLike } from "../types/fields.js";

/** A complete request for samples. */
export interface SampleRequest {
  readonly count: number;
  readonly random: RandomSource;
  readonly given: GivenLike | undefined;
  readonly from: "mean" | "distribution";
  readonly temperature: number;
  readonly truncation: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly known: tf.Tensor | undefined;
  readonly mask: tf.Tensor | undefined;
  /** Told now and then how far a draw has come. */
  readonly onProgress: ((progress: SampleProgress) => void) | undefined;
}

/** Parts of a request that only some models have a meaning for. */
export type SamplePart = "given" | "from" | "temperature" | "truncation" | "signal" | "known" | "mask" | "onProgress";

const tensor = optional(instance<tf.Tensor>("a tensor", (value) => value instanceof tf.Tensor && !value.isDisposed));

const PARTS = {
  given: optional(
    instance<GivenLike>("an object of conditions by name", (value) => typeof value === "object" && value !== null),
  ),
  from: choice(["mean", "distribution"], { default: "mean" }),
  temperature: number({ min: 0, default: 1 }),
  truncation: optional(number({ above: 0 })),
  signal: abortSignal(),
  known: tensor,
  mask: tensor,
  onProgress: optional(functionOf<(progress: SampleProgress) => void>("a function of how far the draw has come", {})),
};

/**
 * Reads what `sample` was called with: options, or a count and a stream.
 *
 * @param owner - The model's kind, for messages.
 * @param supported - The parts that mean something to the model; others are refused.
 * @throws ConfigError for a count that is no integer ≥ 1, and for parts that the model has no meaning for.
 */
export function sampleRequest(
  owner: string,
  supported: readonly SamplePart[],
  options: SampleOptions | number,
  random?: RandomSource,
): SampleRequest {
  const given = typeof options === "object" && options !== null ? options : { count: options };
  const known = Object.fromEntries(supported.map((part) => [part, PARTS[part]]));
  const asked = {
    count: integer({ min: 1 }),
    random: optional(instance<RandomSource>(A_STREAM, isRandomSource)),
    ...known,
  };
  const resolved = resolveOptions(`${owner}.sample`, asked, given) as Partial<SampleRequest> & { count: number };
  if (random !== undefined && !isRandomSource(random)) {
    throw new ConfigError(
      `${owner}.sample: expected \`random\` to be ${asked.random.expected}; write sample({ count, … }).`,
    );
  }
  return {
    ...{ given: undefined, from: "mean", temperature: 1, truncation: undefined, signal: undefined },
    ...{ known: undefined, mask: undefined, onProgress: undefined },
    ...resolved,
    random: resolved.random ?? random ?? stream(0),
  };
}
