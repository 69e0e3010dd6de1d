/** True where a point of the unit disc lies in a shape; y points down. */
type Inside = (x: number, y: number) => boolean;

const HALF_SIDE = Math.SQRT1_2;

/** Name of a shape that {@link shapes} draws. */
export type ShapeName = "square" | "ellipse" | "heart" | "triangle";

/** The shapes, each within a disc of radius 1 so that none leaves the picture when it turns. */
const SHAPES: Readonly<Record<ShapeName, Inside>> = {
  square: (x, y) => Math.abs(x) <= HALF_SIDE && Math.abs(y) <= HALF_SIDE,
  ellipse: (x, y) => x * x + (y * y) / 0.25 <= 1,
  // (x² + y² − 1)³ ≤ x²y³ with y upwards, moved and made smaller to fit the disc.
  heart: (x, y) => {
    const [u, v] = [1.2 * x, 0.13 - 1.2 * y];
    const ring = u * u + v * v - 1;
    return ring * ring * ring <= u * u * v * v * v;
  },
  triangle: (x, y) => y <= 0.72 && Math.abs(x) <= 0.4 * (y + 1),
};

/** Samples along each side of a pixel. */
const SAMPLES = 4;

/** Where and how a shape is drawn, in pixels and radians (clockwise on the picture). */
export interface Placement {
  readonly shape: ShapeName;
  readonly radius: number;
  readonly rotation: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Draws one white shape on black; a pixel's value is the part of it that the shape covers, by 4×4 samples.
 *
 * @param out - Receives size × size bytes.
 */
export function drawShape(out: Uint8Array, size: number, { shape, radius, rotation, x, y }: Placement): void {
  const inside: Inside = SHAPES[shape];
  const [cos, sin] = [Math.cos(rotation) / radius, Math.sin(rotation) / radius];
  const from = (centre: number): number => SAMPLES * Math.max(0, Math.floor(centre - radius));
  const to = (centre: number): number => SAMPLES * Math.min(size, Math.ceil(centre + radius));
  const [left, right, top, bottom] = [from(x), to(x), from(y), to(y)];
  const covered = new Uint8Array(size * size);
  for (let row = top; row < bottom; row++) {
    const dy = (row + 0.5) / SAMPLES - y;
    const start = Math.floor(row / SAMPLES) * size;
    for (let column = left; column < right; column++) {
      const dx = (column + 0.5) / SAMPLES - x;
      const u = cos * dx + sin * dy;
      const v = cos * dy - sin * dx;
      if (u * u + v * v <= 1 && inside(u, v)) covered[start + Math.floor(column / SAMPLES)]!++;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = Math.round((255 * covered[i]!) / (SAMPLES * SAMPLES));
}
