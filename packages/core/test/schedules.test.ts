import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { stepContext, valueAt } from "../src/authoring.js";
import {
  ConfigError,
  cosineSchedule,
  cyclicalSchedule,
  exponentialSchedule,
  linearSchedule,
  random,
  type Schedule,
  stepSchedule,
} from "../src/index.js";

tf.enableProdMode();

describe("schedules", () => {
  it.each<[string, Schedule, Readonly<Record<number, number>>]>([
    ["linear", linearSchedule({ from: 0, to: 2, steps: 10 }), { 0: 0, 5: 1, 10: 2, 99: 2 }],
    ["cosine", cosineSchedule({ from: 1, to: 0.2, steps: 10 }), { 0: 1, 5: 0.6, 10: 0.2, 99: 0.2 }],
    ["cosine to 0", cosineSchedule({ from: 1, steps: 3 }), { 0: 1, 1: 0.75, 2: 0.25, 3: 0 }],
    [
      "exponential",
      exponentialSchedule({ from: 8, rate: 0.5, steps: 10 }),
      { 0: 8, 10: 4, 20: 2, 5: 8 * Math.SQRT1_2 },
    ],
    ["step", stepSchedule({ 100: 0.1, 0: 1, 20: 0.5 }), { 0: 1, 19: 1, 20: 0.5, 99: 0.5, 100: 0.1, 1e6: 0.1 }],
    ["cyclical", cyclicalSchedule({ period: 10 }), { 0: 0, 1: 0.2, 5: 1, 9: 1, 10: 0, 11: 0.2 }],
    ["cyclical, slower", cyclicalSchedule({ to: 4, period: 8, rising: 1 }), { 0: 0, 4: 2, 7: 3.5, 8: 0 }],
  ])("%s goes through its values", (_, schedule, values) => {
    for (const [step, value] of Object.entries(values)) expect(schedule(Number(step))).toBeCloseTo(value, 12);
  });

  it("give scalars of the step to losses, as do numbers", async () => {
    const context = stepContext(random(1), 5, true);
    expect(context.training).toBe(true);
    const scheduled = context.schedule(linearSchedule({ from: 0, to: 1, steps: 10 }));
    expect(scheduled.shape).toEqual([]);
    expect((await scheduled.data())[0]).toBe(0.5);
    expect((await context.schedule(3).data())[0]).toBe(3);
    expect(valueAt(3, 100)).toBe(3);
    expect(stepContext(random(1)).training).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ["linearSchedule: expected `steps` to be an integer ≥ 1", () => linearSchedule({ from: 0, to: 1, steps: 0 })],
    ["cosineSchedule: expected `steps` to be an integer ≥ 1", () => cosineSchedule({ from: 0, steps: 0.5 })],
    [
      "exponentialSchedule: expected `rate` to be a number > 0",
      () => exponentialSchedule({ from: 1, rate: 0, steps: 1 }),
    ],
    ["stepSchedule: expected `values` to be values by step, the first for step 0", () => stepSchedule({ 5: 1 })],
    ["stepSchedule: expected `values`", () => stepSchedule({})],
    [
      "cyclicalSchedule: expected `rising` to be a number > 0 and ≤ 1",
      () => cyclicalSchedule({ period: 2, rising: 0 }),
    ],
  ])("refuse: %s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
