import type { PngHeader, Refuse } from "./types.js";

/** Samples a pixel has in the file, by kind. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The pixels `x + i·dx`, `y + j·dy` of a picture, which the file holds as `height` rows of `width`. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of one row, without the byte that says how it is filtered. */
  readonly stride: number;
}

/** The seven passes of Adam7. */
const ADAM7: readonly (readonly [x: number, y: number, dx: number, dy: number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** The number of samples of a pixel in the file. */
export function samplesOf({ kind }: PngHeader): number {
  return SAMPLES[kind]!;
}

/** The passes that a file's rows come in, one for pictures that are not interlaced. Passes without pixels have no rows. */
export function passesOf(header: PngHeader): Pass[] {
  const bits = samplesOf(header) * header.depth;
  const passes = header.interlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  return passes
    .map(([x, y, dx, dy]) => {
      const [width, height] = [Math.ceil((header.width - x) / dx), Math.ceil((header.height - y) / dy)];
      return { x, y, dx, dy, width, height, stride: Math.ceil((width * bits) / 8) };
    })
    .filter(({ width, height }) => width > 0 && height > 0);
}

/** Takes the filters off the rows of a pass, in place; the first row begins at `start`, with its filter's number. */
export function unfilter(bytes: Uint8Array, start: number, pass: Pass, pixelBytes: number, refuse: Refuse): void {
  const { height, stride } = pass;
  for (let row = 0; row < height; row++) {
    const at = start + row * (stride + 1) + 1;
    const kind = bytes[at - 1]!;
    if (kind > 4) refuse(`filters a row in an unknown way (${kind})`);
    if (kind === 0) continue;
    for (let i = 0; i < stride; i++) {
      const left = i < pixelBytes ? 0 : bytes[at + i - pixelBytes]!;
      const above = row === 0 ? 0 : bytes[at + i - stride - 1]!;
      const corner = row === 0 || i < pixelBytes ? 0 : bytes[at + i - stride - 1 - pixelBytes]!;
      bytes[at + i]! += predict(kind, left, above, corner);
    }
  }
}

function predict(kind: number, left: number, above: number, corner: number): number {
  if (kind === 1) return left;
  if (kind === 2) return above;
  if (kind === 3) return (left + above) >> 1;
  // Paeth: the neighbour that is nearest to left + above − corner.
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
