import { ConfigError, DataError } from "@latentkit/core";

/**
 * Refuses what is no list of numbers.
 *
 * @throws ConfigError for another thing than a list; DataError for NaN and values that are no numbers, with their place.
 */
export function checkNumbers(owner: string, name: string, values: ArrayLike<unknown>, expected = "numbers"): void {
  const length: unknown = typeof values === "object" ? (values as ArrayLike<unknown> | null)?.length : undefined;
  if (typeof length !== "number") {
    const mend = (values as unknown) instanceof Promise ? "; await it" : "; of a tensor, pass `await tensor.data()`";
    throw new ConfigError(`${owner}: expected \`${name}\` to be an array of ${expected}${mend}.`);
  }
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (typeof value === "boolean" || (typeof value === "number" && !Number.isNaN(value))) continue;
    throw new DataError(
      `${owner}: expected \`${name}\` to hold ${expected}, received ${String(value)} at position ${i}.`,
    );
  }
}
