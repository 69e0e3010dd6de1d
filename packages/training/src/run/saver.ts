import {
  type Callback,
  CheckpointError,
  ConfigError,
  type HistoryRow,
  type HostTensor,
  type Json,
} from "@latentkit/core";
import { assignVariables, checkpointLayout, readVariables } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { newestCheckpoint, type Written, writeCheckpoint } from "../checkpoints/checkpoint.js";
import { folderStore } from "../checkpoints/folder-store.js";
import { type HistoryMark, NO_HISTORY } from "../checkpoints/history-log.js";
import type { Manifest } from "../checkpoints/manifest.js";
import type { CheckpointStore } from "../checkpoints/store.js";
import type { CheckpointOptions } from "../options.js";
import { checkWeight } from "./check-weights.js";
import type { FeedPosition } from "./feed.js";
import { compareIdentities, otherOptimizers, type RunIdentity } from "./identity.js";
import type { WindowState } from "./log-window.js";

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
  readonly #allow: readonly string[];
  #damaged: readonly string[] = [];
  #mark: HistoryMark = NO_HISTORY;
  #release: (() => Promise<void>) | undefined;
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
    this.#allow = options.allow ?? [];
    this.#identity = identity;
    this.#variables = variables;
    this.#callbacks = callbacks;
    this.#header = header;
  }

  /** Where the newest checkpoint is. */
  get last(): string | undefined {
    return this.#last?.where;
  }

  /**
   * Makes the place this run's own, finds out whether it can be written, and restores the newest whole checkpoint.
   *
   * @returns `undefined` when there is none and the run starts from its beginning.
   * @throws CheckpointError when another run writes there, or nobody can.
   */
  async open(warn: (message: string) => void): Promise<RunState | undefined> {
    this.#release = await this.#store.lock?.();
    return this.#restore(warn);
  }

  async close(): Promise<void> {
    await this.#release?.();
    this.#release = undefined;
  }

  async #restore(warn: (message: string) => void): Promise<RunState | undefined> {
    if (!this.#resume) {
      const names = await this.#store.list();
      if (names.length === 0) return undefined;
      throw new ConfigError(
        `train: ${this.#store.location} already holds checkpoints up to ${checkpointLayout.inOrder(names).at(-1)}; pass \`checkpoint.resume: true\` to continue that run, or choose another folder.`,
      );
    }
    const checkpoint = await newestCheckpoint(this.#store, warn);
    if (checkpoint === undefined) return undefined;
    const { source, manifest, tensors } = checkpoint;
    this.#damaged = checkpoint.damaged;
    this.#mark = manifest.log ?? NO_HISTORY;
    compareIdentities(source, manifest.identity, this.#identity, this.#allow);
    assignVariables(this.#variables, this.#fitting(tensors, manifest.identity), source);
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
      if (dtype === "float32") checkWeight(name, data, state.step, divergenceHelp(this.last));
    }
    const callbacks: Manifest["callbacks"] = {};
    for (const callback of this.#callbacks) {
      const saved = callback.save?.();
      if (saved !== undefined) callbacks[callback.name] = saved;
    }
    const manifest = {
      ...{ step: state.step, data: state.data, identity: this.#identity },
      ...{ window: state.window, history: state.history, callbacks, executor: state.executor },
    };
    let written: Written;
    try {
      const header = this.#header();
      written = await writeCheckpoint(this.#store, this.#keep, tensors, manifest, header, this.#damaged, this.#mark);
    } catch (cause) {
      throw new CheckpointError(
        `train: the checkpoint of step ${state.step} could not be written: ${(cause as Error).message} ${lastCheckpoint(this.last)}.`,
        { cause },
      );
    }
    this.#damaged = [];
    this.#mark = written.mark;
    this.#last = { step: state.step, where: written.where };
  }

  /** What the run's variables are given; what is missing because it may be another one starts as in a fresh run. */
  #fitting(tensors: ReadonlyMap<string, HostTensor>, saved: RunIdentity): ReadonlyMap<string, HostTensor> {
    const fitting = new Map(tensors);
    const others = this.#allow.includes("optimizers") ? otherOptimizers(saved, this.#identity) : [];
    const isLoose = (name: string): boolean =>
      others.some((objective) => name.startsWith(`optimizer.${objective}.`)) ||
      (this.#allow.includes("ema") && name.startsWith("averages."));
    for (const name of tensors.keys()) {
      if (isLoose(name) && (name.startsWith("optimizer.") || !this.#variables.has(name))) fitting.delete(name);
    }
    for (const [name, variable] of this.#variables) {
      if (fitting.has(name) || !isLoose(name)) continue;
      const weight = tensors.get(name.replace(/^averages\./, ""));
      const zeros = { dtype: "float32", shape: variable.shape, data: new Float32Array(variable.size) } as const;
      fitting.set(name, weight ?? zeros);
    }
    return fitting;
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
