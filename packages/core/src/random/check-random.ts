import { ConfigError } from "../errors.js";
import { show } from "../options/show.js";
import type { RandomSource } from "./random-source.js";

/** What messages say of a stream that is expected. */
export const A_STREAM = "a stream of random numbers such as random(1)";

/** Whether a value draws noise. */
export function isRandomSource(value: unknown): value is RandomSource {
  const { normal, uniform } = (value ?? {}) as Partial<RandomSource>;
  return typeof normal === "function" && typeof uniform === "function";
}

/**
 * Refuses an argument that draws no noise, such as a seed in the place of a stream.
 *
 * @param owner - The function that asks; the first word of the message.
 * @throws ConfigError that names `random`.
 */
export function checkRandom(owner: string, value: unknown): asserts value is RandomSource {
  if (isRandomSource(value)) return;
  throw new ConfigError(`${owner}: expected \`random\` to be ${A_STREAM}, received ${show(value)}.`);
}
