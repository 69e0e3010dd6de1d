import { DataError } from "@latentkit/core";
import type { Estimate } from "../statistics/estimate.js";

/**
 * Gathers values one at a time into an {@link Estimate}, without keeping them: in double precision, and stable however
 * large the mean is beside the spread.
 *
 * Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", 1962.
 * https://doi.org/10.1080/00401706.1962.10490022
 */
export class RunningEstimate {
  readonly #owner: string;
  #count = 0;
  #mean = 0;
  #squares = 0;
  /** Sum of the infinite values, which would make NaN of the running mean. */
  #infinite = 0;

  /** @param owner - Who measures: the first word of the message about a value that is no number. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Takes the values of further examples; NaN throws a DataError that names the example, since it would spoil the mean. */
  add(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) {
        throw new DataError(
          `${this.#owner}: expected a number for example ${this.#count}, received NaN; check the data for NaN and the model for divergence.`,
        );
      }
      this.#count++;
      if (!Number.isFinite(value)) {
        this.#infinite += value;
        continue;
      }
      const before = value - this.#mean;
      this.#mean += before / this.#count;
      this.#squares += before * (value - this.#mean);
    }
  }

  /** The estimate so far; an infinite value makes the mean and its error infinite. */
  result(): Estimate {
    const count = this.#count;
    if (this.#infinite !== 0) return { mean: this.#infinite, standardError: Number.POSITIVE_INFINITY, count };
    return {
      mean: this.#mean,
      // One value says nothing of how far others would lie from it.
      standardError: count > 1 ? Math.sqrt(this.#squares / (count - 1) / count) : Number.NaN,
      count,
    };
  }
}
