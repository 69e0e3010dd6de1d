import {
  assignVariables,
  type Callback,
  CheckpointError,
  ConfigError,
  DivergenceError,
  type HistoryRow,
  type Json,
  readVariables,
} from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import { newestCheckpoint, writeCheckpoint } from "../checkpoints/checkpoint.js";
import { folderStore } from "../checkpoints/folder-store.js";
import type { Manifest } from "../checkpoints/manifest.js";
import type { CheckpointStore } from "../checkpoints/store.js";
import type { CheckpointOptions } from "../options.js";
import type { FeedPosition } from "./feed.js";
import type { WindowState } from "./log-window.js";

/** What a run is started with, which a resumed run must be started with again. */
export type RunIdentity = Pick<Manifest, "seed" | "batchSize" | "objectives">;

/** Where a run stands. */
export interface RunState {
  readonly step: number;
  readonly data: FeedPosition;
  readonly window: WindowState;
  readonly history: readonly HistoryRow[];
  /** What the executor has to know of each objective's program, by name. */
  readonly executor?: Record<string, Json> | undefined;
}

/** Writes and restores the checkpoints of one run. */
export class Saver {
  readonly #store: CheckpointStore;
  readonly #keep: number;
  readonly #resume: boolean;
  readonly #identity: RunIdentity;
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  readonly #callbacks: readonly Callback[];
  readonly #header: () => Readonly<Record<string, string>>;
  #last: { step: number; where: string } | undefined;

  constructor(
    options: CheckpointOptions,
    identity: RunIdentity,
    variables: ReadonlyMap<string, tf.Variable>,
    callbacks: readonly Callback[],
    header: () => Readonly<Record<string, string>>,
  ) {
    this.#store = options.store ?? folderStore(options.folder!);
    this.#keep = options.keep ?? 3;
    this.#resume = options.resume ?? false;
    this.#identity = identity;
    this.#variables = variables;
    this.#callbacks = callbacks;
    this.#header = header;
  }

  /** Where the newest checkpoint is. */
  get last(): string | undefined {
    return this.#last?.where;
  }

  /** Restores the newest whole checkpoint; `undefined` when there is none and the run starts from its beginning. */
  async restore(warn: (message: string) => void): Promise<RunState | undefined> {
    if (!this.#resume) {
      const names = await this.#store.list();
      if (names.length === 0) return undefined;
      throw new ConfigError(
        `train: ${this.#store.location} already holds checkpoints up to ${names.at(-1)}; pass \`checkpoint.resume: true\` to continue that run, or choose another folder.`,
      );
    }
    const checkpoint = await newestCheckpoint(this.#store, warn);
    if (checkpoint === undefined) return undefined;
    const { source, manifest, tensors } = checkpoint;
    this.#compare(source, manifest);
    assignVariables(this.#variables, tensors, source);
    for (const callback of this.#callbacks) {
      const state = manifest.callbacks[callback.name];
      if (state !== undefined) callback.load?.(state);
    }
    this.#last = { step: manifest.step, where: source };
    return manifest;
  }

  /** Writes a checkpoint unless this step has one. */
  async save(state: RunState): Promise<void> {
    if (this.#last?.step === state.step) return;
    const tensors = await readVariables(this.#variables);
    for (const [name, { data, dtype }] of tensors) {
      if (dtype === "float32" && !data.every(Number.isFinite)) {
        throw new DivergenceError(
          `train: the values of '${name}' are no longer finite at step ${state.step}. ${divergenceHelp(this.last)}`,
        );
      }
    }
    const callbacks: Manifest["callbacks"] = {};
    for (const callback of this.#callbacks) {
      const saved = callback.save?.();
      if (saved !== undefined) callbacks[callback.name] = saved;
    }
    const manifest = {
      ...{ step: state.step, data: state.data, ...this.#identity },
      ...{ window: state.window, history: [...state.history], callbacks, executor: state.executor },
    };
    const where = await writeCheckpoint(this.#store, this.#keep, tensors, manifest, this.#header());
    this.#last = { step: state.step, where };
  }

  #compare(source: string, manifest: Manifest): void {
    for (const key of ["seed", "batchSize"] as const) {
      if (manifest[key] !== this.#identity[key]) {
        throw new CheckpointError(
          `${source}: expected \`${key}\` to be ${manifest[key]} as when the run began, received ${this.#identity[key]}; a run can only be continued exactly with the same.`,
        );
      }
    }
    const outline = ({ objectives }: RunIdentity): string =>
      objectives
        .map(({ name, repeats, every = 1 }) => `${name} × ${repeats}${every > 1 ? ` every ${every} steps` : ""}`)
        .join(", ");
    if (outline(manifest) !== outline(this.#identity)) {
      throw new CheckpointError(
        `${source}: expected a model with the objectives ${outline(manifest)}, received ${outline(this.#identity)}.`,
      );
    }
  }
}

/** Where a run can be continued from. */
export function lastCheckpoint(checkpoint: string | undefined): string {
  return checkpoint === undefined ? "No checkpoint was written before" : `The last good checkpoint is ${checkpoint}`;
}

/** What to do about a run that diverged. */
export function divergenceHelp(checkpoint: string | undefined): string {
  return `${lastCheckpoint(checkpoint)}. Lower the learning rate, set \`clipNorm\`, or look for values outside the model's range in the data.`;
}
