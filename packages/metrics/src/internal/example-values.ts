import type { ExampleEstimate } from "../statistics/estimate.js";
import { RunningEstimate } from "./running-estimate.js";

/** Keeps a value per example and estimates their mean. */
export class ExampleValues {
  readonly #parts: ArrayLike<number>[] = [];
  readonly #estimate: RunningEstimate;
  #length = 0;

  constructor(owner: string) {
    this.#estimate = new RunningEstimate(owner);
  }

  add(values: ArrayLike<number>): void {
    this.#estimate.add(values);
    this.#parts.push(values);
    this.#length += values.length;
  }

  result(): ExampleEstimate {
    const perExample = new Float64Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      perExample.set(part, at);
      at += part.length;
    }
    return { ...this.#estimate.result(), perExample };
  }
}
