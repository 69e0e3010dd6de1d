import { check } from "@latentkit/core/authoring";

/**
 * The sides of a network's pictures from 4 up to the whole, `[4, 8, 16, 32]`, and the channels at each.
 *
 * @param given - Channels; as many as 2048 values a side at most, 16 to 64, unless given.
 */
export function growth(
  owner: string,
  option: "inputShape" | "outputShape",
  shape: readonly number[],
  given: readonly number[] | undefined,
): { readonly sides: readonly number[]; readonly filters: readonly number[] } {
  const [height, width] = shape as [number, number, number];
  const sides = sidesOf(height);
  const checks = check(owner);
  checks.that(option, shape, sides !== undefined && width === height, "square with a side of 4, 8, 16, …");
  const filters = given ?? usualFilters(sides!);
  const expected = `${sides!.length} counts, one for each size from 4 on`;
  checks.that("filters", filters, filters.length === sides!.length, expected);
  return { sides: sides!, filters };
}

/** The sides of the pictures from 4 up to the whole: `[4, 8, 16, 32]`; nothing for a size that is no such power. */
function sidesOf(size: number): readonly number[] | undefined {
  const doublings = Math.log2(size / 4);
  if (!Number.isInteger(doublings) || doublings < 0) return undefined;
  return Array.from({ length: doublings + 1 }, (_, i) => 4 * 2 ** i);
}

/** Channels at each size unless told otherwise: as many as 2048 values a picture at most, and 64. */
function usualFilters(sides: readonly number[]): readonly number[] {
  return sides.map((side) => Math.max(16, Math.min(64, 2048 / side)));
}
