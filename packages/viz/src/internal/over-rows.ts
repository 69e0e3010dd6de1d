import type { Compile, Decodes, GivenLike } from "@latentkit/core";
import { givenRows } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { computed } from "./computed.js";

/** Rows that a sheet computes at once. */
const CHUNK = 64;

/** What a sheet asks of a model. */
export interface Request {
  readonly model: object;
  readonly given: GivenLike | undefined;
  /** Set when there is a condition for each row; one for all otherwise. */
  readonly perRow?: boolean;
  readonly compile: Compile | undefined;
}

/**
 * Maps rows to images a few at a time and joins the results, so that a large sheet needs the networks' memory for a small one.
 * Frees what it made when `map` throws.
 *
 * @param name - Tells this map from others of the same model, for those that are kept ready.
 */
export async function overRows(
  name: string,
  rows: tf.Tensor,
  { model, given, perRow = false, compile }: Request,
  map: (rows: tf.Tensor, given?: GivenLike) => tf.Tensor,
): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  const count = rows.shape[0]!;
  try {
    for (let start = 0; start < count; start += CHUNK) {
      const size = Math.min(CHUNK, count - start);
      const inputs = { rows: tf.slice(rows, start, size) };
      const some = perRow ? givenRows(given, start, size) : given;
      try {
        parts.push(
          await computed(name, model, compile, inputs, some, (batch, conditions) => map(batch.rows!, conditions)),
        );
      } finally {
        tf.dispose([inputs.rows, owned(some, given)]);
      }
    }
    return tf.concat(parts, 0);
  } finally {
    tf.dispose(parts);
  }
}

/** The images of codes. */
export function decodeAll(model: Decodes, codes: tf.Tensor, request: Request): Promise<tf.Tensor> {
  return overRows("decode", codes, request, (z, given) => model.decode(z, given));
}

/** The tensors of some rows that are not the caller's own. */
function owned(some: GivenLike | undefined, given: GivenLike | undefined): tf.Tensor[] {
  return Object.entries(some ?? {}).flatMap(([name, value]) =>
    value instanceof tf.Tensor && value !== given?.[name] ? [value] : [],
  );
}
