import { DataError } from "@latentkit/core";
import { checkTensor } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/**
 * Codes of data as rows of numbers.
 *
 * @param least - Fewest codes that can be fitted to.
 * @throws DataError for codes that are not finite, or too few.
 */
export async function readCodes(
  owner: string,
  codes: tf.Tensor,
  least: number,
): Promise<{ readonly rows: Float32Array[]; readonly size: number }> {
  checkTensor(owner, "codes", codes);
  const [count = 0, size = 0] = codes.shape;
  if (codes.rank !== 2 || count < least) {
    throw new DataError(
      `${owner}: expected at least ${least} codes [examples, latentDim], received [${codes.shape.join(", ")}].`,
    );
  }
  const values = Float32Array.from(await codes.data());
  if (!values.every(Number.isFinite)) throw new DataError(`${owner}: expected finite codes, received NaN or infinity.`);
  return { rows: Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size)), size };
}
