import { check } from "../check.js";
import type { Schedule } from "./schedule.js";

/**
 * The value named for the last boundary that the step has reached: `{ 0: 1e-3, 5000: 1e-4 }`.
 *
 * @param values - Values by first step; step 0 must be there.
 * @throws ConfigError when it is not, or for a value that is no number.
 */
export function stepSchedule(values: Readonly<Record<number, number>>): Schedule {
  const checks = check("stepSchedule");
  checks.that("values", values, typeof values === "object" && values !== null, "an object of values by step");
  const boundaries = Object.keys(values)
    .map(Number)
    .sort((a, b) => a - b);
  checks.that("values", boundaries, boundaries[0] === 0, "values by step, the first for step 0");
  for (const boundary of boundaries) {
    checks.integer("values: step", boundary, { min: 0 });
    checks.number(`values: ${boundary}`, values[boundary]!);
  }
  const chosen = { ...values };
  return Object.assign((step: number) => chosen[boundaries.findLast((boundary) => boundary <= step) ?? 0]!, {
    toJSON: () => ({ name: "stepSchedule", ...chosen }),
  });
}
