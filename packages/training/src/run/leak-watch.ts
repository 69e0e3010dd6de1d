import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Readings in a row that must grow before it counts as a leak: callbacks may keep a few tensors for good reason. */
const READINGS = 5;

/** Runs of this process that are under way: what one makes is told from what another makes only while it is alone. */
let running = 0;

/**
 * Counts the tensors that each part of a run leaves behind, which has to be none from step to step. It looks while a part works and not
 * between: what else the process makes is nobody's fault here.
 */
export class LeakWatch {
  readonly #left = new Map<string, number>();
  readonly #growing = new Map<string, number>();
  #step: number;
  #open = false;

  constructor(step = 0) {
    this.#step = step;
  }

  /** Begins to count; {@link LeakWatch.end} has to follow. */
  begin(): void {
    if (!this.#open) running++;
    this.#open = true;
  }

  end(): void {
    if (this.#open) running--;
    this.#open = false;
  }

  /**
   * Runs a part of a step and counts what it leaves behind.
   *
   * @param who - The part, for the message: `the dataset`.
   * @param given - Tensors of the result, which are somebody's.
   */
  async watch<T>(who: string, body: () => T | Promise<T>, given: (result: T) => number = () => 0): Promise<T> {
    const before = tf.memory().numTensors;
    const alone = running === 1;
    const result = await body();
    if (alone && running === 1) {
      const left = tf.memory().numTensors - before - given(result);
      this.#left.set(who, (this.#left.get(who) ?? 0) + left);
    }
    return result;
  }

  /** @throws ConfigError when one part has left tensors behind with every step since several readings. */
  observe(step: number): void {
    const steps = Math.max(1, step - this.#step);
    for (const [who, left] of this.#left) {
      const growing = left / steps >= 1 ? (this.#growing.get(who) ?? 0) + 1 : 0;
      this.#growing.set(who, growing);
      if (growing >= READINGS) {
        throw new ConfigError(
          `train: expected ${who} to keep a constant number of tensors, received ${Math.floor(left / steps)} more with every step up to step ${step} (${tf.memory().numTensors} now); wrap what makes them in tf.tidy, or dispose them.`,
        );
      }
    }
    this.#step = step;
    this.#left.clear();
  }
}

/** How many of a record's values are tensors. */
export function tensorsIn(values: object | undefined): number {
  return Object.values(values ?? {}).filter((value) => value instanceof tf.Tensor).length;
}
