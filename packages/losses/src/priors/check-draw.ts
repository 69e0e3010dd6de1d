import { ConfigError, type PriorDraw, type RandomSource } from "@latentkit/core";
import { check, checkRandom } from "@latentkit/core/authoring";

/**
 * Refuses a request for a prior's codes that has no answer.
 *
 * @param owner - The prior: the first word of each message.
 * @returns How the draws differ from the prior's own.
 * @throws ConfigError that names the argument.
 */
export function checkDraw(
  owner: string,
  count: number,
  latentDim: number,
  random: RandomSource,
  draw: PriorDraw = {},
): { readonly temperature: number; readonly truncation: number | undefined } {
  const must = check(`${owner}.sample`);
  must.integer("count", count, { min: 1 });
  // None where a generator's whole input is codes of another kind.
  must.integer("latentDim", latentDim, { min: 0 });
  checkRandom(`${owner}.sample`, random);
  const fits = typeof draw === "object" && draw !== null && !Array.isArray(draw);
  must.that("draw", draw, fits, "an object such as { temperature: 0.8 }");
  const { temperature = 1, truncation } = draw;
  must.number("temperature", temperature, { min: 0 });
  if (truncation !== undefined) must.number("truncation", truncation, { above: 0 });
  return { temperature, truncation };
}

/**
 * {@link checkDraw} for a prior of discrete codes, whose draws have no size that could be cut.
 *
 * @throws ConfigError that names the argument.
 */
export function checkDiscreteDraw(
  owner: string,
  count: number,
  latentDim: number,
  random: RandomSource,
  draw?: PriorDraw,
): { readonly temperature: number } {
  const { temperature, truncation } = checkDraw(owner, count, latentDim, random, draw);
  if (truncation === undefined) return { temperature };
  throw new ConfigError(
    `${owner}.sample: expected no \`truncation\`, which is of normal noise, received ${truncation}; leave it out for discrete codes.`,
  );
}
