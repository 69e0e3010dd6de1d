import { describeBounds, within } from "../bounds.js";
import { type Schedule, scheduleFromJSON, scheduleFromText, scheduleToJSON, valueAt } from "../schedules/index.js";
import type { Json } from "../types/json.js";
import type { NumberOptions } from "./numbers.js";
import { type Option, presence } from "./option.js";

/**
 * A number, or a schedule of it whose first value lies within the bounds. Files hold the schedules of the library; one that is
 * a function of the user's own is asked for again.
 *
 * @example
 * ```ts
 * import { schedule } from "@latentkit/core/authoring";
 * const beta = schedule({ min: 0, default: 1 });
 * ```
 */
export function schedule(
  options: NumberOptions<number | Schedule> & { readonly default: number | Schedule },
): Option<number | Schedule, "defaulted">;
export function schedule(options?: NumberOptions<never>): Option<number | Schedule, "required">;
export function schedule(options: NumberOptions<number | Schedule> = {}): Option<number | Schedule> {
  const fits = (value: unknown): boolean =>
    typeof value === "number" && Number.isFinite(value) && within(value, options);
  return {
    presence: presence(options),
    default: options.default,
    expected: `a number${describeBounds(options)}, or a schedule of one`,
    accepts: (value) => fits(value) || (typeof value === "function" && fits(firstValue(value as Schedule))),
    show: (value) =>
      typeof value === "number" ? String(value) : JSON.stringify(scheduleToJSON(value) ?? "a function"),
    toJSON: (value) => (typeof value === "number" ? value : scheduleToJSON(value)),
    fromJSON: (json: Json, { source }) => (typeof json === "number" ? json : scheduleFromJSON(json, source)),
    parse: scheduleFromText,
  };
}

/** What the schedule says for step 0; nothing for a function that is none, such as one that wants more. */
function firstValue(value: Schedule): unknown {
  try {
    return valueAt(value, 0);
  } catch {
    return undefined;
  }
}
