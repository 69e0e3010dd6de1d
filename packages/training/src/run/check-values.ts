import { type Batch, DataError, type Dataset, type FieldSpec, type FieldSpecs, type Support } from "@latentkit/core";
import { type Breather, checkSupport, sizeOf } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** What a batch is checked against. */
export interface BatchRules {
  readonly kind: string;
  readonly fields: FieldSpecs;
  checkBatch(batch: Batch): void;
}

/**
 * Refuses batches that a model has no place for or cannot score: the fields and shapes of each, class numbers of each, and of
 * other values those of one pass over the data, which reads each once.
 *
 * @param where - Which data they are, for messages: `validation data`.
 * @param index - Number of the batch in its pass, from 0, for messages.
 * @param values - Whether values beside class numbers are looked at.
 * @throws DataError for a missing field, or for values outside a field's domain with the first of them and its place; ShapeError
 *   that prints both shapes.
 */
export async function checkBatchValues(
  rules: BatchRules,
  batch: Batch,
  where: string,
  index: number,
  values: boolean,
): Promise<void> {
  rules.checkBatch(batch);
  const owner = `train, batch ${index} of the ${where}`;
  for (const [name, tensor] of Object.entries(batch)) {
    const field: FieldSpec | undefined = rules.fields[name];
    const support = supportOf(rules.kind, field);
    if (field?.classes === undefined && !values) continue;
    const data = (await tensor.data()) as ArrayLike<number>;
    const size = sizeOf(tensor.shape.slice(1));
    if (support === undefined) checkFinite(owner, name, data, size);
    else checkSupport(owner, name, data, support, { size });
  }
}

/** Values that are looked at between two breaths. */
const CHUNK = 2 ** 20;

/**
 * Refuses data in memory that a model cannot take, before the first step: the values of all examples, where they are known without
 * making batches. Ends early when the signal fires.
 *
 * @throws DataError as {@link checkBatchValues}, with the example's place in the data.
 */
export async function checkKnownValues(
  rules: BatchRules,
  data: Pick<Dataset, "size" | "peek"> | undefined,
  where: string,
  breather: Breather,
  signal: AbortSignal | undefined,
): Promise<void> {
  const count = data?.size ?? 0;
  for (const [name, field] of Object.entries(rules.fields)) {
    const support = supportOf(rules.kind, field);
    const size = data?.peek?.(name, 0, 1)?.length ?? 0;
    if (support === undefined || size === 0) continue;
    const step = Math.max(1, Math.floor(CHUNK / size));
    for (let first = 0; first < count && !signal?.aborted; first += step) {
      const values = data!.peek!(name, first, Math.min(count, first + step)) ?? [];
      checkSupport(`train, ${where}`, name, values, support, { size, first });
      await breather.pause();
    }
  }
}

function supportOf(kind: string, field: FieldSpec | undefined): Support | undefined {
  if (field?.classes === undefined) return field?.support;
  const { classes } = field;
  return { min: 0, max: classes - 1, integer: true, name: `class numbers from 0 to ${classes - 1}, for ${kind}` };
}

function checkFinite(owner: string, name: string, data: ArrayLike<number>, size: number): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i]!) || typeof data[i] !== "number") continue;
    throw new DataError(
      `${owner}: expected finite values in \`${name}\`, received ${data[i]} in example ${Math.floor(i / Math.max(1, size))}; remove or impute missing values.`,
    );
  }
}

/** Examples in a batch. */
export function examplesOf(batch: Batch): number {
  const tensors: readonly tf.Tensor[] = Object.values(batch);
  return tensors[0]?.shape[0] ?? 0;
}
