import { DivergenceError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { readTogether } from "./read-together.js";

type Scalars = Readonly<Record<string, tf.Scalar | number>>;

/** Sums of logged values since the last row of the history; part of a checkpoint, so that resumed rows are equal. */
export interface WindowState {
  readonly sums: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
}

/** Collects the scalars of many steps and reads them back together: one wait for the device instead of many. */
export class LogWindow {
  #waiting: { step: number; name: string; value: tf.Scalar | number }[] = [];
  #sums: Record<string, number>;
  #counts: Record<string, number>;

  constructor(state: WindowState = { sums: {}, counts: {} }) {
    this.#sums = { ...state.sums };
    this.#counts = { ...state.counts };
  }

  get state(): WindowState {
    return { sums: { ...this.#sums }, counts: { ...this.#counts } };
  }

  /** Takes the scalars of one update over from the caller. */
  push(step: number, objective: string, scalars: Scalars): void {
    for (const [name, value] of Object.entries(scalars))
      this.#waiting.push({ step, name: `${objective}/${name}`, value });
  }

  /**
   * Reads everything that waits.
   *
   * @throws DivergenceError at the first value that is not finite; `describe` adds what to do.
   */
  async flush(describe: () => string): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const tensors = waiting.flatMap(({ value }) => (typeof value === "number" ? [] : [value]));
    const read = await readTogether(tensors);
    let next = 0;
    for (const { step, name, value } of waiting) {
      const number = typeof value === "number" ? value : read[next++]!;
      if (!Number.isFinite(number)) {
        throw new DivergenceError(`train: \`${name}\` became ${number} at step ${step}. ${describe()}`);
      }
      this.#sums[name] = (this.#sums[name] ?? 0) + number;
      this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    }
  }

  /** The means since the last call, which starts a new window. */
  take(): Record<string, number> {
    const means = Object.fromEntries(
      Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#counts[name]!]),
    );
    this.#sums = {};
    this.#counts = {};
    return means;
  }

  dispose(): void {
    tf.dispose(this.#waiting.flatMap(({ value }) => (typeof value === "number" ? [] : [value])));
    this.#waiting = [];
  }
}
