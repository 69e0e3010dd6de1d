import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import { showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";

/** Vectors that span a space: the rows of a tensor `[vectors, size]`, or arrays of one length. */
export type Spanning = tf.Tensor2D | readonly ArrayLike<number>[];

/**
 * The angles between the spaces that two sets of vectors span, smallest first: all 0 when one space lies in the other, π/2
 * where a direction of one is orthogonal to all of the other. Two bases of one space have angles of 0, however they are
 * rotated, which is how a linear autoencoder is compared with principal component analysis.
 *
 * arccos of the singular values of QᵃᵀQᵇ, Q orthonormal bases, in double precision; the cosine hides angles below 1e-8.
 *
 * **Units**: radians; multiply by 180/π for degrees. **Shapes**: rows span, so that the kernel `[latentDim, size]` of a
 * linear decoder goes in as it is, and that of an encoder transposed.
 *
 * **Source**: Björck and Golub, "Numerical Methods for Computing Angles Between Linear Subspaces", 1973.
 * https://doi.org/10.2307/2005662
 *
 * @returns As many angles as the smaller set has vectors.
 * @throws ShapeError when the sets are empty, the vectors' lengths differ, or a set's vectors are linearly dependent; DataError
 *   for values that are not finite.
 * @example
 * ```ts
 * import { principalAngles } from "@latentkit/metrics";
 * await principalAngles([[1, 0, 0]], [[1, 1, 0]]); // [0.785…], 45°
 * ```
 */
export async function principalAngles(a: Spanning, b: Spanning): Promise<Float64Array> {
  const [rowsA, rowsB] = [await rows("a", a), await rows("b", b)];
  if (rowsA[0]!.length !== rowsB[0]!.length) {
    throw new ShapeError(
      `principalAngles: expected vectors of one length, received ${rowsA[0]!.length} and ${rowsB[0]!.length}.`,
    );
  }
  const [basisA, basisB] = [orthonormal("a", rowsA), orthonormal("b", rowsB)];
  const product = basisA.transpose().mmul(basisB);
  const cosines = new SingularValueDecomposition(product, { autoTranspose: true }).diagonal;
  return Float64Array.from(cosines, (cosine) => Math.acos(Math.min(1, cosine))).sort();
}

async function rows(name: string, vectors: Spanning): Promise<ArrayLike<number>[]> {
  const refuseValues = (values: ArrayLike<number>): void => {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new DataError(`principalAngles: \`${name}\` has a value that is no finite number, ${String(values[i])}.`);
    }
  };
  if (!(vectors instanceof tf.Tensor)) {
    if (!Array.isArray(vectors)) {
      throw new ConfigError(
        `principalAngles: expected \`${name}\` to be a tensor [vectors, size] or a list of vectors, received ${typeof vectors}.`,
      );
    }
    const length = vectors[0]?.length ?? 0;
    if (length === 0 || vectors.some((vector) => vector?.length !== length)) {
      throw new ShapeError(`principalAngles: expected \`${name}\` to be vectors of one length > 0.`);
    }
    vectors.forEach(refuseValues);
    return [...vectors];
  }
  if (vectors.rank !== 2 || vectors.size === 0) {
    throw new ShapeError(
      `principalAngles: expected \`${name}\` to have shape [vectors, size], received ${showShape(vectors.shape)}.`,
    );
  }
  const [count, size] = vectors.shape;
  const values = await vectors.data();
  refuseValues(values);
  return Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/** An orthonormal basis of the span, as columns. */
function orthonormal(name: string, vectors: readonly ArrayLike<number>[]): Matrix {
  const columns = new Matrix(vectors.map((vector) => Float64Array.from(vector))).transpose();
  const refuse = (): never => {
    throw new ShapeError(
      `principalAngles: expected \`${name}\` to be linearly independent vectors; ${columns.columns} vectors of ${columns.rows} values are not.`,
    );
  };
  if (columns.columns > columns.rows) refuse();
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(columns);
  const lengths = upperTriangularMatrix.diagonal().map(Math.abs);
  const [least, most] = lengths.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, 0]);
  if (least! <= 1e-7 * most!) refuse();
  return orthogonalMatrix;
}
