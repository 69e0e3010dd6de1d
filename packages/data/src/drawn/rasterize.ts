import { DataError, UnsupportedError } from "@latentkit/core";
import { inNode } from "@latentkit/core/authoring";
import { optionalModule } from "./optional-module.js";

/** What drawing needs of `@resvg/resvg-js` or, after its `initWasm`, of `@resvg/resvg-wasm`. */
export interface ResvgModule {
  readonly Resvg: new (
    svg: string,
    options?: object,
  ) => {
    /** Draws the SVG. */
    render(): { readonly pixels: Uint8Array; readonly width: number; readonly height: number };
  };
}

/** Bytes `[size, size, 3]` of an SVG over a colour. */
export type Rasterize = (svg: string, size: number, background: string) => Uint8Array;

/**
 * Loads what draws: `@resvg/resvg-js` in Node.js; in browsers the module that was given.
 *
 * @throws UnsupportedError when there is none.
 */
export async function loadRasterizer(owner: string, given: ResvgModule | undefined): Promise<Rasterize> {
  if (given === undefined && !inNode()) {
    throw new UnsupportedError(
      `${owner}: a browser draws with @resvg/resvg-wasm: npm install @resvg/resvg-wasm, call its initWasm, and pass modules: { resvg } with the module.`,
    );
  }
  const { Resvg } = await optionalModule<ResvgModule>(owner, "@resvg/resvg-js", given);
  return (svg, size, background) => {
    try {
      const options = { background, fitTo: { mode: "width", value: size }, font: { loadSystemFonts: false } };
      const { pixels, width, height } = new Resvg(svg, options).render();
      if (width !== size || height !== size) throw new Error(`it is drawn as ${height}×${width}, not ${size}×${size}`);
      const out = new Uint8Array(size * size * 3);
      for (let i = 0; i < size * size; i++) {
        for (let c = 0; c < 3; c++) out[i * 3 + c] = pixels[i * 4 + c]!;
      }
      return out;
    } catch (cause) {
      throw new DataError(`${owner}: could not draw a picture: ${(cause as Error).message}.`, { cause });
    }
  };
}
