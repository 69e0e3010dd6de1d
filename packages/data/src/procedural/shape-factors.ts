import { ConfigError, random } from "@latentkit/core";
import { check, sizeOf } from "@latentkit/core/authoring";
import type { ShapeName } from "./draw-shape.js";

/** One factor of variation. */
export interface Factor {
  readonly name: "shape" | "scale" | "rotation" | "x" | "y";
  /** Value of each class: scale relative to the largest, rotation in radians (clockwise), x and y from 0 to 1. */
  readonly values: readonly number[];
}

/** Values of each factor but the shape. */
export type Levels = Readonly<Partial<Record<"scale" | "rotation" | "x" | "y", number>>>;

/** The five factors and the values of their classes. */
export function describeFactors(kinds: readonly ShapeName[], levels: Levels | undefined): Factor[] {
  const counts = { scale: 6, rotation: 40, x: 32, y: 32, ...levels };
  check("shapes").known(counts, ["scale", "rotation", "x", "y"]);
  for (const [name, count] of Object.entries(counts)) check("shapes").integer(`levels.${name}`, count, { min: 1 });
  const spread = (count: number, low: number, high: number, alone: number): number[] =>
    count === 1 ? [alone] : Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  return [
    { name: "shape", values: kinds.map((_, i) => i) },
    { name: "scale", values: spread(counts.scale, 0.5, 1, 1) },
    {
      name: "rotation",
      values: Array.from({ length: counts.rotation }, (_, i) => (2 * Math.PI * i) / counts.rotation),
    },
    { name: "x", values: spread(counts.x, 0, 1, 0.5) },
    { name: "y", values: spread(counts.y, 0, 1, 0.5) },
  ];
}

/** Class numbers of all pictures, one row of five each. */
export function chooseClasses(
  options: Readonly<{ count?: number | "all"; factors?: readonly (readonly number[])[]; seed: number }>,
  factors: readonly Factor[],
  size: number,
): Int32Array {
  const { count = 10_000, seed, factors: rows } = options;
  const checker = check("shapes");
  const levels = factors.map(({ values }) => values.length);
  if (rows !== undefined) {
    checker.that("count", options.count, options.count === undefined, "absent when `factors` are given");
    rows.forEach((row, i) => {
      checker.that(`factors[${i}]`, row, row.length === levels.length, `${levels.length} class numbers`);
      row.forEach((level, f) => {
        checker.integer(`factors[${i}][${f}]`, level, { min: 0, below: levels[f]! });
      });
    });
    return Int32Array.from(rows.flat());
  }
  if (count !== "all") {
    const words = random(seed)
      .stream("shapes")
      .fillWords(new Uint32Array(count * levels.length));
    return Int32Array.from(words, (word, i) => Math.floor((word / 2 ** 32) * levels[i % levels.length]!));
  }
  const total = sizeOf(levels);
  if (total * size * size > 2 ** 31) {
    throw new ConfigError(
      `shapes: expected all combinations to take at most 2 GiB, received ${total} pictures of ${size}×${size} bytes; give a count, or fewer levels or a smaller size.`,
    );
  }
  const classes = new Int32Array(total * levels.length);
  for (let i = 0; i < total; i++) {
    for (let f = levels.length - 1, rest = i; f >= 0; rest = Math.floor(rest / levels[f]!), f--) {
      classes[i * levels.length + f] = rest % levels[f]!;
    }
  }
  return classes;
}
