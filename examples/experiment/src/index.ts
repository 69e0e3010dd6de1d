import { parseArgs } from "node:util";
import { type BackendName, useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import type { Batch, Dataset, Model } from "@latentkit/core";
import { abortOnInterrupt, progressBar, type TrainOptions, type TrainResult, train } from "@latentkit/training";

/** Flags that every experiment takes; its own and their defaults come with the experiment. */
export interface Flags {
  readonly epochs: number;
  readonly seed: number;
  readonly executor: string;
  /** Threads of compiled steps; ONNX Runtime decides unless given. */
  readonly threads: number | undefined;
  /** Examples of each split to use, for a quick look; all unless given. */
  readonly limit: number | undefined;
  /** Flags of this experiment alone. */
  readonly own: Readonly<Record<string, string>>;
}

/** Reads the command line and selects the backend. */
export async function flags(epochs: number, own: Readonly<Record<string, string>> = {}): Promise<Flags> {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({
    options: {
      epochs: text(String(epochs)),
      seed: text("0"),
      // Steps run compiled; this is where the rest runs.
      backend: text("wasm"),
      executor: text("onnx"),
      limit: { type: "string" },
      threads: { type: "string" },
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, text(value)])),
    },
  });
  await useBackend(values.backend as BackendName);
  return {
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    executor: values.executor,
    limit: values.limit === undefined ? undefined : Number(values.limit),
    threads: values.threads === undefined ? undefined : Number(values.threads),
    own: Object.fromEntries(Object.keys(own).map((name) => [name, String(values[name as keyof typeof values])])),
  };
}

/** The first `limit` examples, or all when there are fewer. */
export function first<D extends { readonly size: number; take(count: number): D }>(data: D, limit?: number): D {
  return limit === undefined ? data : data.take(Math.min(limit, data.size));
}

let interrupted: AbortSignal | undefined;

/** Trains and says how long it took; Ctrl-C ends the run, and the program, which would measure a half-trained model otherwise. */
export async function timed<B extends Batch>(
  model: Model<B>,
  data: Dataset<B>,
  { executor, seed, threads }: Flags,
  options: TrainOptions<B>,
): Promise<TrainResult & { readonly seconds: number }> {
  interrupted ??= abortOnInterrupt();
  const started = performance.now();
  const result = await train(model, data, {
    ...{ batchSize: 128, seed, logEvery: 100 },
    callbacks: [progressBar()],
    signal: interrupted,
    ...(executor === "onnx" && { executor: onnx({ threads }) }),
    ...options,
  });
  if (result.stopped === "aborted") {
    console.error(`Stopped at step ${result.step}: nothing is measured.`);
    process.exit(130);
  }
  return { ...result, seconds: Math.round((performance.now() - started) / 100) / 10 };
}

/** Prints one line of JSON, numbers with six significant digits: what `docs/results.md` quotes. */
export function report(result: Readonly<Record<string, unknown>>): void {
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  console.log(JSON.stringify(result, rounded));
}
