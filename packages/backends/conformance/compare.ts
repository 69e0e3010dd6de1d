import type { Outcomes } from "./measure.js";

/** How well one backend did. */
export interface Report {
  readonly backend: string;
  readonly device: string;
  readonly checks: number;
  /** Largest error of a check that passed, relative to the largest value (or to 1, when that is smaller). */
  readonly worst: { readonly check: string; readonly error: number };
  /** Error by check, rounded; a text for one that threw. */
  readonly errors: Readonly<Record<string, number | string>>;
  readonly failed: readonly string[];
}

/**
 * Largest relative error that passes. Graphics devices may round sin, exp, tanh and pow to 2⁻¹¹ of the value (WebGPU and
 * GLSL ES leave it to them), and second derivatives multiply such errors.
 */
const TOLERANCE: Readonly<Record<string, number>> = { wasm: 5e-5, node: 5e-5, webgl: 5e-3, webgpu: 5e-3 };

/** Compares outcomes with those of the cpu backend. */
export function compare(backend: string, device: string, outcomes: Outcomes, reference: Outcomes): Report {
  const errors: Record<string, number | string> = {};
  const failed: string[] = [];
  let worst = { check: "", error: 0 };
  const tolerance = TOLERANCE[backend] ?? 5e-5;
  for (const [check, expected] of Object.entries(reference)) {
    const actual = outcomes[check]!;
    if (typeof actual === "string" || typeof expected === "string") {
      errors[check] = typeof actual === "string" ? actual : "cpu has no value";
      failed.push(check);
      continue;
    }
    const error = Math.max(0, ...actual.map((values, i) => relativeError(values, expected[i] ?? [])));
    errors[check] = Number(error.toPrecision(2));
    if (!(error <= tolerance)) failed.push(check);
    else if (error > worst.error) worst = { check, error: Number(error.toPrecision(2)) };
  }
  return { backend, device, checks: Object.keys(reference).length, worst, errors, failed };
}

function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(0, ...actual.map((value, i) => Math.abs(value - expected[i]!) / scale));
}
