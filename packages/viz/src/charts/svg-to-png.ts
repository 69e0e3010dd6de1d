import { DataError, UnsupportedError } from "@latentkit/core";
import { check, flag, listOf, number, resolveOptions, text } from "@latentkit/core/authoring";

/** Options of {@link svgToPng}. */
export interface SvgToPngOptions {
  /** Pixels of the picture for a pixel of the SVG. Default 2. */
  readonly scale?: number;
  /** What shows where the SVG is empty, as CSS writes it. Default white. */
  readonly background?: string;
  /** In Node.js: font files to take beside the system's, for machines that have none. */
  readonly fontFiles?: readonly string[];
  /** In Node.js: whether to look for the system's fonts. Default true. Without them the picture is the same everywhere. */
  readonly systemFonts?: boolean;
}

/** What is used of the optional package. */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: object,
  ) => { render(): { asPng(): Uint8Array; readonly pixels: Uint8Array } };
}

const OPTIONS = {
  scale: number({ above: 0, max: 16, default: 2 }),
  background: text({ default: "#ffffff" }),
  fontFiles: listOf(text(), { default: [] }),
  systemFonts: flag({ default: true }),
};

/**
 * A chart as the bytes of a PNG file. In a browser its own canvas draws it; in Node.js the optional package
 * `@resvg/resvg-js` does, which has to be installed beside this one. SVG itself needs neither: prefer it for reports.
 *
 * @throws UnsupportedError in Node.js without `@resvg/resvg-js`, or without any font for an SVG with text; DataError when the
 *   text is no SVG; ConfigError for options out of range.
 * @example
 * ```ts no-run
 * import { lineChart, svgToPng } from "@latentkit/viz";
 * const png = await svgToPng(lineChart({ series: [{ name: "loss", x: [1, 2], y: [2, 1] }] }));
 * ```
 */
export async function svgToPng(svg: string, options: SvgToPngOptions = {}): Promise<Uint8Array> {
  const { scale, background, fontFiles, systemFonts } = resolveOptions("svgToPng", OPTIONS, options);
  check("svgToPng").that("svg", svg, typeof svg === "string", "the text of an SVG");
  if (typeof document !== "undefined") return withCanvas(svg, scale, background);
  const { Resvg } = await load();
  const font = { loadSystemFonts: systemFonts, fontFiles: [...fontFiles], defaultFontFamily: "DejaVu Sans" };
  if (/<text[\s>]/.test(svg) && !canWrite(Resvg, font)) {
    throw new UnsupportedError(
      "svgToPng: this machine has no font, so the chart would have no text; give `fontFiles`, install a font such as fonts-dejavu-core, or keep the SVG.",
    );
  }
  try {
    return new Resvg(svg, { font, background, fitTo: { mode: "zoom", value: scale } }).render().asPng();
  } catch (cause) {
    throw new DataError(`svgToPng: could not draw the SVG: ${(cause as Error).message}.`, { cause });
  }
}

async function load(): Promise<Resvg> {
  // A name in a variable: bundlers for browsers must not look for a package that is not needed there.
  const name = "@resvg/resvg-js";
  try {
    const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Resvg & { default?: Resvg };
    return found.default ?? found;
  } catch (cause) {
    throw new UnsupportedError(`svgToPng: install ${name} to draw PNG files of charts in Node.js, or keep the SVG.`, {
      cause,
    });
  }
}

/** Whether a letter leaves ink: without a font it is left out, and no error says so. */
function canWrite(Renderer: Resvg["Resvg"], font: object): boolean {
  const letter = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><text x="2" y="20">M</text></svg>';
  return new Renderer(letter, { font }).render().pixels.some((byte) => byte !== 0);
}

async function withCanvas(svg: string, scale: number, background: string): Promise<Uint8Array> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext("2d")!;
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    return new Uint8Array(await blob!.arrayBuffer());
  } catch (cause) {
    throw new DataError("svgToPng: the browser could not draw the SVG.", { cause });
  } finally {
    URL.revokeObjectURL(address);
  }
}
