import { describe, expect, it } from "vitest";
import { DARK_ROLES, DARK_SERIES, ROLES, SERIES } from "../../src/charts/theme.js";

type Triple = readonly [number, number, number];

const times = (matrix: readonly Triple[], v: Triple): Triple =>
  matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple;

/** Linear light from a colour such as `#1f6fc4`. */
const linear = (color: string): Triple =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;

/** 100 · Oklab of linear light. */
const oklab = (light: Triple): Triple => {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    light.map((v) => Math.min(1, Math.max(0, v))) as unknown as Triple,
  ).map(Math.cbrt) as unknown as Triple;
  return times(
    [
      [21.04542553, 79.3617785, -0.40720468],
      [197.79984951, -242.8592205, 45.05937099],
      [2.59040371, 78.27717662, -80.8675766],
    ],
    cones,
  );
};

/** How people with each kind of vision see linear light: Machado et al., 2009, severity 1. */
const VISIONS: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const closest = (colors: readonly string[], vision: readonly Triple[]): number => {
  const seen = colors.map((color) => oklab(times(vision, linear(color))));
  let least = Number.POSITIVE_INFINITY;
  for (const [i, a] of seen.entries()) {
    for (const b of seen.slice(0, i)) least = Math.min(least, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
  }
  return least;
};

const contrast = (a: string, b: string): number => {
  const [light, dark] = [a, b]
    .map((color) => linear(color))
    .map(([r, g, blue]) => 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05)
    .sort((x, y) => y - x) as [number, number];
  return light / dark;
};

describe("colours", () => {
  for (const [ground, series, roles] of [
    ["light", SERIES, ROLES],
    ["dark", DARK_SERIES, DARK_ROLES],
  ] as const) {
    it(`on a ${ground} ground are told apart with every kind of vision, and stand out`, () => {
      for (const vision of Object.values(VISIONS)) {
        expect(closest(series, vision)).toBeGreaterThan(11);
        expect(closest(series.slice(0, 6), vision)).toBeGreaterThan(13.9);
      }
      for (const color of series) expect(contrast(color, roles.paper)).toBeGreaterThan(2.2);
      // Text: WCAG 2.2, success criterion 1.4.3.
      for (const color of [roles.text, roles.muted]) expect(contrast(color, roles.paper)).toBeGreaterThan(4.5);
    });
  }
});
