import { DataError } from "@latentkit/core";
import { breather } from "../internal/breath.js";
import { type FaceFactor, NONE } from "./face-parts.js";
import { optionalModule } from "./optional-module.js";
import { loadRasterizer, type ResvgModule } from "./rasterize.js";

/** Modules that draw, for programs whose imports are bundled: `@dicebear/core`, `@dicebear/pixel-art`, `@resvg/resvg-wasm`. */
export interface FaceModules {
  readonly core?: {
    /** Makes the drawing of a face. */
    readonly createAvatar: (...args: never[]) => unknown;
  };
  readonly style?: { readonly create: unknown; readonly schema: unknown };
  readonly resvg?: ResvgModule;
}

/** The design's own pixels along a side. */
export const DESIGN_SIZE = 16;
const BYTES = DESIGN_SIZE * DESIGN_SIZE * 3;

/** Draws every face of a table of class numbers at the design's own size. */
export async function drawFaces(
  classes: Int32Array,
  factors: readonly FaceFactor[],
  settings: Readonly<{ background: string; modules?: FaceModules; signal?: AbortSignal }>,
): Promise<Uint8Array> {
  const { background, modules = {}, signal } = settings;
  const owner = "pixelFaces";
  const { createAvatar } = await optionalModule(owner, "@dicebear/core", modules.core);
  const style = await optionalModule(owner, "@dicebear/pixel-art", modules.style);
  const rasterize = await loadRasterizer(owner, modules.resvg);
  const avatar = createAvatar as (style: object, options: object) => { toString(): string };
  const count = classes.length / factors.length;
  const out = new Uint8Array(count * BYTES);
  const breathe = breather();
  for (let i = 0; i < count; i++) {
    await breathe();
    signal?.throwIfAborted();
    const row = classes.subarray(i * factors.length, (i + 1) * factors.length);
    const svg = avatar(style, avatarOptions(row, factors)).toString();
    if (!svg.startsWith("<svg"))
      throw new DataError(`${owner}: expected @dicebear/core 9 to give an SVG, received none.`);
    out.set(rasterize(svg, DESIGN_SIZE, background), i * BYTES);
  }
  return out;
}

/** The options with which the design draws exactly one face: every list has one value, every probability is 0 or 100. */
function avatarOptions(row: Int32Array, factors: readonly FaceFactor[]): Record<string, unknown> {
  const options: Record<string, unknown> = { seed: "face" };
  factors.forEach(({ name, values }, f) => {
    const value = values[row[f]!]!;
    options[name] = value === NONE ? [] : [value.replace("#", "")];
    options[`${name}Probability`] = value === NONE ? 0 : 100;
  });
  return options;
}

/** Pictures `[count, 16, 16, 3]` with every pixel a square of several. */
export function enlarge(pictures: Uint8Array, size: number): Uint8Array {
  const times = size / DESIGN_SIZE;
  if (times === 1) return pictures;
  const out = new Uint8Array(pictures.length * times * times);
  const stride = size * 3;
  for (let row = 0; row < pictures.length / (DESIGN_SIZE * 3); row++) {
    const first = row * times * stride;
    for (let x = 0; x < size; x++) {
      const from = row * DESIGN_SIZE * 3 + Math.floor(x / times) * 3;
      for (let c = 0; c < 3; c++) out[first + x * 3 + c] = pictures[from + c]!;
    }
    for (let copy = 1; copy < times; copy++) out.copyWithin(first + copy * stride, first, first + stride);
  }
  return out;
}
