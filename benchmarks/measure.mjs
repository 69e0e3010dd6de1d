import { median, table } from "./lib.mjs";

const WORKLOADS = ["mlp-vae-b128", "conv-ae-b64", "dcgan28-b64", "wgan-gp-2d-b256"];
/** A runner that needs longer than this for its first step is timed by that step alone. */
const SLOW_MS = 5_000;

/**
 * Times every workload on every worker, a few steps of each in turn, so that a machine that slows down does so for all.
 *
 * @param workers - Started workers by name.
 * @returns Times by workload and worker, or the message of what was thrown.
 */
export async function measure(workers, { rounds, steps, only, skip = {} }) {
  const results = {};
  for (const workload of WORKLOADS.filter((name) => only === undefined || name.includes(only))) {
    const outcome = {};
    const active = new Map();
    for (const [name, worker] of workers) {
      if (skip[name]?.includes(workload)) continue;
      const warm = await worker.send({ workload, steps: 1 });
      outcome[name] = warm.error ?? warm.unavailable ?? warm.times;
      if (warm.times === undefined || warm.times[0] > SLOW_MS) continue;
      await worker.send({ workload, steps: 2 });
      outcome[name] = [];
      active.set(name, worker);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [name, worker] of active) outcome[name].push(...(await worker.send({ workload, steps })).times);
    }
    results[workload] = outcome;
  }
  return results;
}

/** Medians, and how many times as long as PyTorch and as stock tfjs they take. */
export function summary(results, names) {
  const torch = names.find((name) => name.startsWith("PyTorch"));
  const rows = Object.entries(results).flatMap(([workload, outcome]) =>
    names
      .filter((name) => outcome[name] !== undefined)
      .map((name) => [workload, name, ...figures(outcome[name], outcome[torch], outcome["stock tfjs wasm"])]),
  );
  return table(["workload", "runner", "median ms", "min ms", "× PyTorch", "stock wasm ×", "steps"], rows);
}

/** What went wrong, a line each. */
export function failures(results) {
  return Object.entries(results).flatMap(([workload, outcome]) =>
    Object.entries(outcome)
      .filter(([, times]) => typeof times === "string")
      .map(([name, message]) => `${name}, ${workload}: ${message}`),
  );
}

function figures(times, torch, stock) {
  if (typeof times === "string") return ["fails", "", "", "", ""];
  const middle = median(times);
  const ratio = Array.isArray(torch) ? (middle / median(torch)).toFixed(2) : "";
  const gain = Array.isArray(stock) ? (median(stock) / middle).toFixed(2) : "";
  return [middle.toFixed(2), Math.min(...times).toFixed(2), ratio, gain, times.length];
}
