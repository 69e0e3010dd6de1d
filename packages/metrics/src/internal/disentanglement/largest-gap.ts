/** Largest and second largest value of each column; 0 for the second where there is one row. */
export function largestTwo(
  matrix: readonly Float64Array[],
  column: number,
): readonly [largest: number, second: number] {
  let [largest, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of matrix) {
    const value = row[column]!;
    if (value > largest) [largest, second] = [value, largest];
    else if (value > second) second = value;
  }
  return [largest, Math.max(0, second)];
}

/** The arithmetic mean. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
