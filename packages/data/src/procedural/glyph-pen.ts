import type { Random } from "@latentkit/core";
import { HANDWRITINGS, type Handwriting } from "./glyph-strokes.js";

/** Side of a glyph in pixels. */
export const GLYPH_SIZE = 28;

/** How much handwriting varies; 1 is the usual amount of each, 0 is none. */
export interface GlyphVariation {
  readonly slant: number;
  readonly thickness: number;
  readonly scale: number;
  readonly rotation: number;
  readonly jitter: number;
}

/** Points drawn on a piece between two control points. */
const STEPS = 5;
/** Numbers that the pen draws for a glyph beside two for each control point. */
const TRAITS = 10;

/**
 * Writes a digit: a handwriting is chosen, its control points are jittered and bent, joined by Catmull–Rom splines,
 * slanted, rotated, scaled into MNIST's box of 20×20 pixels, centred by mass as MNIST is, and inked with a round pen whose
 * pressure changes along the way.
 *
 * @param out - Receives 28×28 bytes, 0 the background.
 * @param random - A stream of its own for each glyph.
 */
export function writeGlyph(out: Uint8Array, digit: number, random: Random, variation: GlyphVariation): void {
  const words = random.fillWords(new Uint32Array(2));
  const { strokes } = choose(HANDWRITINGS[digit]!, words[0]! / 2 ** 32);
  const points = strokes.reduce((sum, stroke) => sum + stroke.reduce((n, piece) => n + piece.length, 0), 0);
  const noise = random.fillNormal(new Float32Array(TRAITS + points));
  const trait = (index: number): number => Math.max(-2.2, Math.min(2.2, noise[index]!));
  const { slant, thickness, scale, rotation, jitter } = variation;

  const bendX = 0.045 * jitter * trait(0);
  const bendY = 0.045 * jitter * trait(1);
  const phase = (2 * Math.PI * words[1]!) / 2 ** 32;
  const shear = slant * (0.12 + 0.22 * trait(2));
  const angle = rotation * 0.11 * trait(3);
  const width = 0.84 * Math.exp(0.17 * scale * trait(4));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let next = TRAITS;
  const place = (x0: number, y0: number): [number, number] => {
    let x = x0 - 0.5 + 0.03 * jitter * noise[next++]!;
    let y = y0 - 0.5 + 0.03 * jitter * noise[next++]!;
    x += bendX * Math.sin(4 * y + phase);
    y += bendY * Math.sin(4 * x + phase);
    x = width * x - shear * y;
    return [cos * x - sin * y, sin * x + cos * y];
  };

  const path: number[] = [];
  for (const stroke of strokes) {
    let last: [number, number] | undefined;
    for (const piece of stroke) {
      const controls = last === undefined ? [] : [last];
      for (let i = 0; i < piece.length; i += 2) controls.push(place(piece[i]!, piece[i + 1]!));
      spline(path, controls, last === undefined);
      last = controls.at(-1);
    }
  }

  const radius = 1.22 * Math.exp(0.24 * thickness * trait(5));
  const side = 19.4 - 2 * radius + 0.9 * scale * trait(6) + 0.6;
  fit(path, side, 0.35 * jitter * trait(7), 0.35 * jitter * trait(8));
  ink(out, path, radius, 0.14 * thickness * trait(9), phase);
}

function choose(handwritings: readonly Handwriting[], uniform: number): Handwriting {
  let rest = uniform * handwritings.reduce((sum, { weight }) => sum + weight, 0);
  for (const handwriting of handwritings) {
    rest -= handwriting.weight;
    if (rest < 0) return handwriting;
  }
  return handwritings.at(-1)!;
}

/** Appends a Catmull–Rom spline through the controls as x, y, pen down (1) or pen moved without ink (0). */
function spline(path: number[], controls: readonly (readonly [number, number])[], starts: boolean): void {
  const at = (i: number) => controls[Math.max(0, Math.min(controls.length - 1, i))]!;
  if (starts) path.push(at(0)[0], at(0)[1], 0);
  for (let i = 0; i + 1 < controls.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS;
      const wa = 0.5 * t * (-1 + t * (2 - t));
      const wb = 0.5 * (2 + t * t * (-5 + 3 * t));
      const wc = 0.5 * t * (1 + t * (4 - 3 * t));
      const wd = 0.5 * t * t * (t - 1);
      path.push(wa * a[0] + wb * b[0] + wc * c[0] + wd * d[0], wa * a[1] + wb * b[1] + wc * c[1] + wd * d[1], 1);
    }
  }
}

/** Scales the path so that its longer side is `side` pixels and its centre of mass is the image's, plus a shift. */
function fit(path: number[], side: number, shiftX: number, shiftY: number): void {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let [massX, massY, mass] = [0, 0, 0];
  for (let i = 0; i < path.length; i += 3) {
    const [x, y] = [path[i]!, path[i + 1]!];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    if (path[i + 2] === 0) continue;
    const length = Math.hypot(x - path[i - 3]!, y - path[i - 2]!);
    massX += (length * (x + path[i - 3]!)) / 2;
    massY += (length * (y + path[i - 2]!)) / 2;
    mass += length;
  }
  const scale = side / Math.max(right - left, bottom - top);
  const middle = GLYPH_SIZE / 2;
  for (let i = 0; i < path.length; i += 3) {
    path[i] = middle + shiftX + scale * (path[i]! - massX / mass);
    path[i + 1] = middle + shiftY + scale * (path[i + 1]! - massY / mass);
  }
}

/** Draws the path with a round pen; `pressure` is how much its radius swells and thins along the way. */
function ink(out: Uint8Array, path: readonly number[], radius: number, pressure: number, phase: number): void {
  const depth = new Float32Array(GLYPH_SIZE * GLYPH_SIZE).fill(-1);
  for (let i = 3; i < path.length; i += 3) {
    if (path[i + 2] === 0) continue;
    const [x0, y0, x1, y1] = [path[i - 3]!, path[i - 2]!, path[i]!, path[i + 1]!];
    const pen = radius * (1 + pressure * Math.sin(phase + 0.15 * i));
    const reach = pen + 0.6;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const inverse = 1 / Math.max(1e-12, dx * dx + dy * dy);
    const [fromX, toX] = [
      Math.max(0, Math.floor(Math.min(x0, x1) - reach)),
      Math.min(27, Math.floor(Math.max(x0, x1) + reach)),
    ];
    const [fromY, toY] = [
      Math.max(0, Math.floor(Math.min(y0, y1) - reach)),
      Math.min(27, Math.floor(Math.max(y0, y1) + reach)),
    ];
    for (let row = fromY; row <= toY; row++) {
      for (let column = fromX; column <= toX; column++) {
        const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
        const t = Math.max(0, Math.min(1, (px * dx + py * dy) * inverse));
        const [ex, ey] = [px - t * dx, py - t * dy];
        const inside = pen - Math.sqrt(ex * ex + ey * ey);
        const index = row * GLYPH_SIZE + column;
        if (inside > depth[index]!) depth[index] = inside;
      }
    }
  }
  // An edge of 1.2 pixels is as soft as MNIST's, whose images were made smaller with antialiasing.
  for (let i = 0; i < out.length; i++) out[i] = 255 * Math.max(0, Math.min(1, 0.5 + depth[i]! / 1.2)) + 0.5;
}
