import type { Json } from "../types/json.js";

/**
 * A number that depends on the step and on nothing else: a learning rate, the weight of a loss term. Those of the library are
 * values that files hold; a function of your own is asked for again on loading.
 */
export type Schedule = ((step: number) => number) & {
  /** Its form in files. */
  toJSON?(): Json;
};

/** The value of a schedule, or the number itself. */
export function valueAt(value: Schedule | number, step: number): number {
  return typeof value === "number" ? value : value(step);
}

/** A schedule for a file; nothing for a function that the library did not make. */
export function scheduleToJSON(schedule: Schedule): Json | undefined {
  return typeof schedule.toJSON === "function" ? schedule.toJSON() : undefined;
}
