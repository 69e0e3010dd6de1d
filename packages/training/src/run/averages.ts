import type { Schedule } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Exponential moving averages of the weights that a run moves, often better than the last weights themselves. */
export interface WeightAverages {
  /** Runs `body` with the averages in the networks, then puts the live weights back. */
  use<T>(body: () => T | Promise<T>): Promise<T>;
  /** Puts the averages into the networks for good. */
  commit(): void;
  /** Frees the averages. */
  dispose(): void;
}

/** Keeps one average per variable. */
export class Averages implements WeightAverages {
  readonly #averages: Map<tf.Variable, tf.Variable>;
  readonly #decay: Schedule;

  constructor(variables: readonly tf.Variable[], decay: number) {
    check("train").number("ema", decay, { above: 0, below: 1 });
    const copy = (variable: tf.Variable): tf.Variable => tf.tidy(() => tf.variable(variable.clone(), false));
    this.#averages = new Map(variables.map((variable) => [variable, copy(variable)]));
    // Early averages would consist of the initial weights; a decay that grows with the updates lets them go.
    this.#decay = (update) => Math.min(decay, (1 + update) / (10 + update));
  }

  /** The averages under the names of their variables. */
  named(names: ReadonlyMap<string, tf.Variable>): Map<string, tf.Variable> {
    const named = [...names].filter(([, variable]) => this.#averages.has(variable));
    return new Map(named.map(([name, variable]) => [`averages.${name}`, this.#averages.get(variable)!]));
  }

  /** The averages' own variables. */
  get variables(): tf.Variable[] {
    return [...this.#averages.values()];
  }

  /** Begins anew from the weights of now. */
  restart(): void {
    for (const [variable, average] of this.#averages) average.assign(variable);
  }

  /** Moves the averages of `variables` towards their values. */
  update(variables: readonly tf.Variable[], schedule: (value: Schedule) => tf.Scalar): void {
    const gain = schedule((update) => 1 - this.#decay(update));
    for (const variable of variables) {
      const average = this.#averages.get(variable)!;
      average.assign(tf.add(average, tf.mul(gain, tf.sub(variable, average))));
    }
  }

  async use<T>(body: () => T | Promise<T>): Promise<T> {
    const live = new Map([...this.#averages.keys()].map((variable) => [variable, variable.clone()]));
    this.commit();
    try {
      return await body();
    } finally {
      for (const [variable, value] of live) {
        variable.assign(value);
        value.dispose();
      }
    }
  }

  commit(): void {
    for (const [variable, average] of this.#averages) variable.assign(average);
  }

  dispose(): void {
    for (const average of this.#averages.values()) average.dispose();
  }
}
