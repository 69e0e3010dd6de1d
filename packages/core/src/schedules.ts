import { check } from "./check.js";

/** A number that depends on the step and on nothing else: a learning rate, the weight of a loss term. */
export type Schedule = (step: number) => number;

/** The value of a schedule, or the number itself. */
export function valueAt(value: Schedule | number, step: number): number {
  return typeof value === "number" ? value : value(step);
}

/** From `from` to `to` in a straight line over `steps`, then `to`. Used to warm up a learning rate or a β. */
export function linearSchedule(options: {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}): Schedule {
  const { from, to, steps } = options;
  check("linearSchedule").integer("steps", steps, { min: 1 });
  return (step) => from + (to - from) * Math.min(1, step / steps);
}

/**
 * From `from` to `to` along half a cosine over `steps`, then `to`.
 *
 * Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, without restarts. https://arxiv.org/abs/1608.03983
 */
export function cosineSchedule(options: {
  readonly from: number;
  readonly to?: number;
  readonly steps: number;
}): Schedule {
  const { from, to = 0, steps } = options;
  check("cosineSchedule").integer("steps", steps, { min: 1 });
  return (step) => to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, step / steps)));
}

/** `from` times `rate` for every `steps` steps, continuously: `from · rate^(step / steps)`. */
export function exponentialSchedule(options: {
  readonly from: number;
  readonly rate: number;
  readonly steps: number;
}): Schedule {
  const { from, rate, steps } = options;
  check("exponentialSchedule").number("rate", rate, { above: 0 });
  check("exponentialSchedule").number("steps", steps, { above: 0 });
  return (step) => from * rate ** (step / steps);
}

/**
 * The value named for the last boundary that the step has reached: `{ 0: 1e-3, 5000: 1e-4 }`.
 *
 * @param values - Values by first step; step 0 must be there.
 */
export function stepSchedule(values: Readonly<Record<number, number>>): Schedule {
  const boundaries = Object.keys(values)
    .map(Number)
    .sort((a, b) => a - b);
  check("stepSchedule").that("values", boundaries, boundaries[0] === 0, "values by step, the first for step 0");
  return (step) => values[boundaries.findLast((boundary) => boundary <= step) ?? 0]!;
}

/**
 * Rises from 0 to `to` in a straight line over the first `rising` share of each cycle and stays there for the rest.
 *
 * Source: Fu et al., "Cyclical Annealing Schedule", 2019, equation 6. https://arxiv.org/abs/1903.10145
 */
export function cyclicalSchedule(options: {
  readonly to?: number;
  readonly period: number;
  readonly rising?: number;
}): Schedule {
  const { to = 1, period, rising = 0.5 } = options;
  check("cyclicalSchedule").integer("period", period, { min: 1 });
  check("cyclicalSchedule").number("rising", rising, { above: 0, max: 1 });
  return (step) => to * Math.min(1, (step % period) / (period * rising));
}
