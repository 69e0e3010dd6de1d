import { DataError } from "@latentkit/core";

/** True for typed arrays of signed integers, which become int32 unless something else is said. */
export function holdsIntegers(values: unknown): boolean {
  return values instanceof Int8Array || values instanceof Int16Array || values instanceof Int32Array;
}

/**
 * Refuses values that an int32 tensor cannot hold: they would be cut to other numbers silently.
 *
 * @param size - Values in one example.
 * @throws DataError at the first that is no integer, or too large.
 */
export function refuseFractions(
  owner: string,
  name: string,
  values: ArrayLike<number>,
  size: number,
  mend: string,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31) continue;
    throw new DataError(
      `${owner}: expected int32 integers, received ${value} in '${name}', example ${Math.floor(i / size)}; ${mend}`,
    );
  }
}
