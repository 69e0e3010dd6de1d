import { type Batch, DataError } from "@latentkit/core";

/**
 * Refuses a batch with NaN or infinite values.
 *
 * @throws DataError that names the tensor, the value and its place.
 */
export async function checkFinite(batch: Batch): Promise<void> {
  for (const [name, tensor] of Object.entries(batch)) {
    const values = await tensor.data();
    const place = values.findIndex((value: number) => !Number.isFinite(value));
    if (place < 0) continue;
    const example = Math.floor((place * (tensor.shape[0] ?? 1)) / values.length);
    throw new DataError(
      `train: expected finite values in \`${name}\`, received ${values[place]} in example ${example} of the first batch; remove or impute missing values.`,
    );
  }
}
