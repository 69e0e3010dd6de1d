import { DataError, sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { flatten, isNumberArray, type Nested, type NumberArray } from "./flatten.js";
import { refuseNonFinite } from "./store.js";

/** One value of an example from a stream. */
export type StreamValue = number | boolean | Nested | NumberArray | tf.Tensor;

/** How examples are made into batches. */
export interface CollateOptions {
  readonly owner: string;
  readonly finite: boolean;
  /** Shapes of fields that come as flat typed arrays. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/**
 * Stacks examples to a batch; their tensors are disposed.
 *
 * @throws DataError when an example has other fields or another shape than the first.
 */
export function collate(
  examples: readonly Readonly<Record<string, StreamValue>>[],
  options: CollateOptions,
): Record<string, tf.Tensor> {
  const names = Object.keys(examples[0]!);
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

function column(name: string, values: readonly StreamValue[], { owner, finite, shapes }: CollateOptions): tf.Tensor {
  if (values.every((value) => value instanceof tf.Tensor)) {
    sameShape(
      owner,
      name,
      values.map(({ shape }) => shape),
    );
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
    if (finite) refuseNonFinite(owner, name, part, size);
  }
  const first = values[0];
  const integers = name === "label" || (isNumberArray(first) && /^Int/.test(first.constructor.name));
  const out = integers ? new Int32Array(parts.length * size) : new Float32Array(parts.length * size);
  parts.forEach(({ values: part }, i) => {
    out.set(part, i * size);
  });
  return tf.tensor(out, [parts.length, ...shape], integers ? "int32" : "float32");
}

function sameShape(owner: string, name: string, shapes: readonly (readonly number[])[]): void {
  const first = shapes[0]!.join(", ");
  const other = shapes.find((shape) => shape.join(", ") !== first);
  if (other === undefined) return;
  throw new DataError(
    `${owner}: expected all examples of '${name}' to have shape [${first}] like the first, received [${other.join(", ")}]; pad or cut them to one shape.`,
  );
}
