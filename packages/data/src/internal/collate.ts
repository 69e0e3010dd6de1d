import { DataError } from "@latentkit/core";
import { hostTensor, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { flatten, isNumberArray, type Nested, type NumberArray } from "./flatten.js";
import { holdsIntegers, refuseFractions } from "./integers.js";
import { refuseNonFinite } from "./store.js";

/** One value of an example from a stream. */
export type StreamValue = number | boolean | Nested | NumberArray | tf.Tensor;

/** How examples are made into batches. */
export interface CollateOptions {
  readonly owner: string;
  readonly finite: boolean;
  /** Shapes of fields that come as flat typed arrays. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The first example of the pass: its fields and their types hold for all, in whichever batch they are. */
  readonly like: Like;
}

/** What the first example of a pass was: for each field the batch's type, or that it comes as tensors of one type. */
export type Like = Readonly<Record<string, "int32" | "float32" | { readonly tensors: tf.DataType }>>;

/** Reads it off an example. */
export function likeOf(example: Readonly<Record<string, StreamValue>>): Like {
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => {
      if (value instanceof tf.Tensor) return [name, { tensors: value.dtype }];
      return [name, name === "label" || holdsIntegers(value) ? "int32" : "float32"];
    }),
  );
}

/**
 * Stacks examples to a batch; their tensors are disposed.
 *
 * @throws DataError when an example has other fields, another shape or type than the first, or a value that its type cannot hold.
 */
export function collate(
  examples: readonly Readonly<Record<string, StreamValue>>[],
  options: CollateOptions,
): Record<string, tf.Tensor> {
  const names = Object.keys(options.like);
  try {
    for (const example of examples) {
      if (Object.keys(example).length === names.length && names.every((name) => name in example)) continue;
      throw new DataError(
        `${options.owner}: expected every example to have the fields '${names.join("', '")}', received '${Object.keys(example).join("', '")}'.`,
      );
    }
    return tf.tidy(() => {
      const columns = names.map((name) => [
        name,
        column(
          name,
          examples.map((example) => example[name]!),
          options,
        ),
      ]);
      return Object.fromEntries(columns);
    });
  } finally {
    for (const example of examples) dispose(example);
  }
}

/** Disposes the tensors of an example. */
export function dispose(example: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(example)) if (value instanceof tf.Tensor) value.dispose();
}

function column(name: string, values: readonly StreamValue[], options: CollateOptions): tf.Tensor {
  const { owner, finite, shapes } = options;
  const like = options.like[name]!;
  if (typeof like === "object") {
    const other = values.find((value) => !(value instanceof tf.Tensor) || value.dtype !== like.tensors);
    if (other !== undefined) {
      const received = other instanceof tf.Tensor ? `one of ${other.dtype}` : "an array or a number";
      throw new DataError(
        `${owner}: expected '${name}' to be tensors of ${like.tensors} as in the first example, received ${received}.`,
      );
    }
    const shapesOf = values.map((value) => (value as tf.Tensor).shape);
    sameShape(owner, name, shapesOf);
    return tf.stack(values as tf.Tensor[]);
  }
  const parts = values.map((value) => {
    if (isNumberArray(value)) return { values: value, shape: shapes[name] ?? [value.length] };
    const { values: own, shape } = flatten(owner, name, [value as number | Nested]);
    return { values: own, shape: shape.slice(1) };
  });
  const shapesOf = parts.map(({ shape }) => shape);
  sameShape(owner, name, shapesOf);
  const shape = shapesOf[0]!;
  const size = sizeOf(shape);
  for (const { values: part } of parts) {
    if (part.length !== size) {
      throw new DataError(
        `${owner}: expected '${name}' to have ${size} values, shape [${shape.join(", ")}], received ${part.length}.`,
      );
    }
    if (like === "int32") {
      const mend =
        "correct it, or give this field as float32 from the first example on, under another name than label.";
      refuseFractions(owner, name, part, size, mend);
    } else if (finite) {
      // As the batch will hold it: what is finite in 64 bits may not be in 32.
      refuseNonFinite(owner, name, part instanceof Float64Array ? Float32Array.from(part) : part, size);
    }
  }
  const out = like === "int32" ? new Int32Array(parts.length * size) : new Float32Array(parts.length * size);
  parts.forEach(({ values: part }, i) => {
    out.set(part, i * size);
  });
  return hostTensor(out, [parts.length, ...shape], like);
}

function sameShape(owner: string, name: string, shapes: readonly (readonly number[])[]): void {
  const first = shapes[0]!.join(", ");
  const other = shapes.find((shape) => shape.join(", ") !== first);
  if (other === undefined) return;
  throw new DataError(
    `${owner}: expected all examples of '${name}' to have shape [${first}] like the first, received [${other.join(", ")}]; pad or cut them to one shape.`,
  );
}
