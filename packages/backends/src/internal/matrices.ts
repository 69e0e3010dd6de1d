import { sizeOf } from "@latentkit/core/authoring";

/** Which matrices of the two operands make the i-th of the result, when one is repeated along some axes. */
export function matrixIndices(
  batch: readonly number[],
  a: readonly number[],
  b: readonly number[],
): (i: number) => readonly [number, number] {
  const equal = (shape: readonly number[]) => sizeOf(shape) === sizeOf(batch);
  const at = (shape: readonly number[], i: number): number => {
    if (equal(shape)) return i;
    let [index, step] = [0, 1];
    for (let axis = batch.length - 1, rest = i; axis >= 0; axis--) {
      const size = shape[axis - batch.length + shape.length] ?? 1;
      if (size > 1) index += (rest % batch[axis]!) * step;
      rest = Math.floor(rest / batch[axis]!);
      step *= size;
    }
    return index;
  };
  return (i) => [at(a, i), at(b, i)];
}
