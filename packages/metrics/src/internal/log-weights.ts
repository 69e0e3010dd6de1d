/**
 * Sums of weights that are known by their logarithms, an example a row: keeps the largest logarithm and the sums of weights
 * and of squared weights relative to it, so that neither can overflow or vanish, whatever their scale.
 */
export class LogWeights {
  readonly #largest: Float64Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(rows: number) {
    this.#largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
    this.#sum = new Float64Array(rows);
    this.#squares = new Float64Array(rows);
  }

  /** Takes `columns` further weights of each row: `[rows, columns]`, row after row. */
  add(logWeights: ArrayLike<number>, columns: number): void {
    this.#count += columns;
    for (let row = 0; row < this.#sum.length; row++) {
      for (let column = 0; column < columns; column++) this.#addOne(row, logWeights[row * columns + column]!);
    }
  }

  /** Logarithm of each row's mean weight. */
  logMeans(): Float64Array {
    return this.#largest.map((largest, row) =>
      largest === Number.NEGATIVE_INFINITY ? largest : largest + Math.log(this.#sum[row]! / this.#count),
    );
  }

  /** (Σw)²/Σw² of each row; 0 where all weights are 0. */
  effectiveSamples(): Float64Array {
    return this.#sum.map((sum, row) => (sum === 0 ? 0 : (sum * sum) / this.#squares[row]!));
  }

  #addOne(row: number, logWeight: number): void {
    // A weight of 0 adds nothing, and −∞ − (−∞) would be NaN.
    if (logWeight === Number.NEGATIVE_INFINITY) return;
    if (logWeight > this.#largest[row]!) {
      const scale = Math.exp(this.#largest[row]! - logWeight);
      this.#sum[row]! *= scale;
      this.#squares[row]! *= scale * scale;
      this.#largest[row] = logWeight;
    }
    const weight = Math.exp(logWeight - this.#largest[row]!);
    this.#sum[row]! += weight;
    this.#squares[row]! += weight * weight;
  }
}
