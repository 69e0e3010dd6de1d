/** Number of values that a shape holds; 1 for `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
