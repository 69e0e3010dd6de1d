import { integer, type NumberOptions, number } from "../options/numbers.js";
import type { Option, OptionsOf, Resolved, Specification } from "../options/option.js";
import { resolveOptions } from "../options/resolve.js";
import type { Json } from "../types/json.js";
import type { Schedule } from "./schedule.js";

/** A factory of schedules that files name. */
export interface ScheduleFactory<S extends Specification> {
  (options: OptionsOf<S>): Schedule;
  readonly specification: S;
}

function defineSchedule<const S extends Specification>(
  name: string,
  specification: S,
  build: (options: Resolved<S>) => (step: number) => number,
): ScheduleFactory<S> {
  const make = (given: OptionsOf<S>): Schedule => {
    const options = resolveOptions(name, specification, given);
    return Object.assign(build(options), { toJSON: (): Json => ({ name, ...(options as Record<string, number>) }) });
  };
  return Object.assign(make, { specification });
}

/** A number as an option of a schedule. */
export type NumberSpec<T extends "required" | "defaulted"> = Option<number, T>;
const steps: NumberOptions = { min: 1 };

/** From `from` to `to` in a straight line over `steps`, then `to`. Used to warm up a learning rate or a β. */
export const linearSchedule: ScheduleFactory<{
  readonly from: NumberSpec<"required">;
  readonly to: NumberSpec<"required">;
  readonly steps: NumberSpec<"required">;
}> = defineSchedule(
  "linearSchedule",
  { from: number(), to: number(), steps: integer(steps) },
  ({ from, to, steps: length }) =>
    (step) =>
      from + (to - from) * Math.min(1, step / length),
);

/**
 * From `from` to `to` along half a cosine over `steps`, then `to`.
 *
 * Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, without restarts. https://arxiv.org/abs/1608.03983
 */
export const cosineSchedule: ScheduleFactory<{
  readonly from: NumberSpec<"required">;
  readonly to: NumberSpec<"defaulted">;
  readonly steps: NumberSpec<"required">;
}> = defineSchedule(
  "cosineSchedule",
  { from: number(), to: number({ default: 0 }), steps: integer(steps) },
  ({ from, to, steps: length }) =>
    (step) =>
      to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, step / length))),
);

/** `from` times `rate` for every `steps` steps, continuously: `from · rate^(step / steps)`. */
export const exponentialSchedule: ScheduleFactory<{
  readonly from: NumberSpec<"required">;
  readonly rate: NumberSpec<"required">;
  readonly steps: NumberSpec<"required">;
}> = defineSchedule(
  "exponentialSchedule",
  { from: number(), rate: number({ above: 0 }), steps: number({ above: 0 }) },
  ({ from, rate, steps: length }) =>
    (step) =>
      from * rate ** (step / length),
);

/**
 * Rises from 0 to `to` in a straight line over the first `rising` share of each cycle and stays there for the rest.
 *
 * Source: Fu et al., "Cyclical Annealing Schedule", 2019, equation 6. https://arxiv.org/abs/1903.10145
 */
export const cyclicalSchedule: ScheduleFactory<{
  readonly to: NumberSpec<"defaulted">;
  readonly period: NumberSpec<"required">;
  readonly rising: NumberSpec<"defaulted">;
}> = defineSchedule(
  "cyclicalSchedule",
  { to: number({ default: 1 }), period: integer({ min: 1 }), rising: number({ above: 0, max: 1, default: 0.5 }) },
  ({ to, period, rising }) =>
    (step) =>
      to * Math.min(1, (step % period) / (period * rising)),
);
