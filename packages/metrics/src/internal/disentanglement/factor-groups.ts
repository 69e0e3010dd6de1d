import { DataError, type Random } from "@latentkit/core";
import type { FactorCodes, FactorColumn } from "./factor-codes.js";

/** The examples of each value of a factor, one value after the other. */
export interface FactorGroups {
  /** Examples whose value others have too. */
  readonly shared: Uint32Array;
  /** Examples ordered by value. */
  readonly ordered: Uint32Array;
  /** Where each value begins in `ordered`, and its end. */
  readonly starts: Uint32Array;
  readonly labels: Int32Array;
}

/** Groups the examples by each factor, so that others of the same value can be drawn. */
export function factorGroups(owner: string, { count, factors }: FactorCodes): FactorGroups[] {
  return factors.map((factor) => {
    const group = grouped(factor, count);
    if (group.shared.length > 0) return group;
    throw new DataError(
      `${owner}: expected several examples of a value of factor ${factor.index}, received ${count} examples of ${factor.classes} values; take more examples, or fewer values.`,
    );
  });
}

function grouped({ labels, classes }: FactorColumn, count: number): FactorGroups {
  const starts = new Uint32Array(classes + 1);
  for (const label of labels) starts[label + 1]!++;
  for (let value = 0; value < classes; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice();
  const ordered = new Uint32Array(count);
  for (let i = 0; i < count; i++) ordered[next[labels[i]!]!++] = i;
  const shared = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => {
    return starts[labels[i]! + 1]! - starts[labels[i]!]! > 1;
  });
  return { shared, ordered, starts, labels };
}

/** Draws numbers below others, one after the other, from blocks of one draw each. */
export class Draws {
  readonly #words: Uint32Array;
  #next = 0;

  constructor(source: Random, count: number) {
    this.#words = source.fillWords(new Uint32Array(count));
  }

  /** An integer from 0 up to and without `end`. */
  below(end: number): number {
    return Math.floor((this.#words[this.#next++]! / 2 ** 32) * end);
  }

  /** An example among those that share their value of a factor. */
  example({ shared }: FactorGroups): number {
    return shared[this.below(shared.length)]!;
  }

  /** An example of the same value of a factor as another. */
  alike({ ordered, starts, labels }: FactorGroups, example: number): number {
    const start = starts[labels[example]!]!;
    return ordered[start + this.below(starts[labels[example]! + 1]! - start)]!;
  }
}
