import { setTimeout } from "node:timers/promises";
import { median, table } from "./lib.mjs";

const WORKLOADS = ["mlp-vae-b128", "conv-ae-b64", "dcgan28-b64", "wgan-gp-2d-b256", "pixel-cnn-b16", "pixel-rnn-b16"];
/** Runners whose convolutional steps take minutes: on JavaScript, on SwiftShader, and without im2col or products. */
const SLOW = ["LatentKit cpu", "stock tfjs cpu", "LatentKit webgpu", "jax-js wasm"];
const CONVOLUTIONAL = ["conv-ae-b64", "dcgan28-b64", "pixel-cnn-b16", "pixel-rnn-b16"];
/** A runner that needs longer than this for a step is timed by that step alone. */
const SLOW_MS = 5_000;
/** A first step that takes longer than this is not only compiled slowly: no second one is waited for. */
const HOPELESS_MS = 60_000;
/** How long a runner warms up: JavaScript goes on being compiled, by threads that need the processors too. */
const WARM_UP_MS = 1_500;
/** Threads of the runner before go on spinning for a while: OpenMP's, in PyTorch, for 200 ms. */
const SETTLE_MS = 400;

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
      let warm = await worker.send({ workload, steps: 1 });
      if (warm.times?.[0] <= HOPELESS_MS) warm = await worker.send({ workload, steps: 1 });
      outcome[name] = warm.error ?? warm.unavailable ?? warm.times;
      if (warm.times === undefined || warm.times[0] > SLOW_MS) continue;
      const more = Math.max(1, Math.min(60, Math.round(WARM_UP_MS / warm.times[0])));
      await worker.send({ workload, steps: more });
      outcome[name] = [];
      active.set(name, worker);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [name, worker] of active) {
        await setTimeout(SETTLE_MS);
        const { times } = await worker.send({ workload, steps: steps + 1 });
        // The first step finds its threads asleep and its weights out of the caches.
        outcome[name].push(...times.slice(1));
      }
    }
    results[workload] = outcome;
  }
  return results;
}

/** What is left out unless slow steps are asked for, and a line for each runner that says so. */
export function leftOut(names, slow) {
  const runners = slow ? [] : names.filter((name) => SLOW.includes(name));
  return {
    skip: Object.fromEntries(runners.map((name) => [name, CONVOLUTIONAL])),
    notes: runners.map((name) => `${name}: left out with convolutions, where a step takes minutes; --slow times one`),
  };
}

/** What medians are compared with, where it is among the runners: how long a runner takes beside it, or it beside a runner. */
const COMPARISONS = [
  { head: "× PyTorch", reference: "PyTorch", ratio: (own, other) => own / other },
  { head: "stock wasm ×", reference: "stock tfjs wasm", ratio: (own, other) => other / own },
  { head: "jax-js ×", reference: "jax-js", ratio: (own, other) => other / own },
];

/** Medians and smallest times, and how many times as long as PyTorch they take, or stock tfjs and jax-js as they. */
export function summary(results, names) {
  const comparisons = COMPARISONS.map((comparison) => ({
    ...comparison,
    name: names.find((name) => name.startsWith(comparison.reference)),
  })).filter(({ name }) => name !== undefined);
  const rows = Object.entries(results).flatMap(([workload, outcome]) =>
    names
      .filter((name) => outcome[name] !== undefined)
      .map((name) => [workload, name, ...figures(outcome, name, comparisons)]),
  );
  const heads = comparisons.map(({ head }) => head);
  return table(["workload", "runner", "median ms", "min ms", ...heads, "steps"], rows);
}

/** What went wrong, a line each. */
export function failures(results) {
  return Object.entries(results).flatMap(([workload, outcome]) =>
    Object.entries(outcome)
      .filter(([, times]) => typeof times === "string")
      .map(([name, message]) => `${name}, ${workload}: ${message}`),
  );
}

function figures(outcome, name, comparisons) {
  const times = outcome[name];
  if (typeof times === "string") return ["fails", "", ...comparisons.map(() => ""), ""];
  const ratios = comparisons.map(({ name: reference, ratio }) =>
    Array.isArray(outcome[reference]) ? ratio(median(times), median(outcome[reference])).toFixed(2) : "",
  );
  return [median(times).toFixed(2), Math.min(...times).toFixed(2), ...ratios, times.length];
}
