import * as tf from "@tensorflow/tfjs";
import { checkShape, showShape } from "../check.js";
import { ConfigError, DataError, ShapeError } from "../errors.js";
import { oneHot } from "../ops/one-hot.js";
import { show } from "../options/show.js";
import type { RandomSource } from "../random/random-source.js";
import type { FieldSpec, FieldSpecs, Given, GivenLike } from "../types/fields.js";
import type { Batch } from "../types/model.js";

/** The conditions of a batch, as the declaration names them. */
export function givenOf(declared: FieldSpecs | undefined, batch: Batch): Given | undefined {
  if (declared === undefined) return undefined;
  const fields = Object.keys(declared).flatMap((name): [string, tf.Tensor][] => {
    const field = batch[name];
    return field === undefined ? [] : [[name, field]];
  });
  return Object.fromEntries(fields);
}

/**
 * Conditions as networks take them, in the order of the declaration: class numbers one-hot `[count, classes]`, vectors
 * `[count, size]`, all float32; optional ones that are not given are left out. Call it within `tf.tidy`.
 *
 * @param owner - The function that was called, for messages.
 * @throws ConfigError when a condition is missing or not declared; DataError for class numbers that do not exist; ShapeError
 *   otherwise.
 */
export function conditionInputs(
  owner: string,
  declared: FieldSpecs | undefined,
  given: GivenLike | undefined,
  count: number,
): tf.Tensor2D[] {
  const specs = declared ?? {};
  checkNames(owner, specs, given);
  return Object.entries(specs).flatMap(([name, spec]) => {
    const value = given?.[name];
    if (value === undefined && spec.optional) return [];
    if (value === undefined) {
      throw new ConfigError(
        `${owner}: expected \`given.${name}\`, ${describe(spec)}, received nothing: the model is conditional.`,
      );
    }
    return spec.classes === undefined
      ? vectors(owner, name, spec, value, count)
      : oneHot(classNumbers(owner, name, spec.classes, value, count), spec.classes);
  });
}

/**
 * Conditions as a batch has them, each value for itself: class numbers `[count]`, int32, and vectors `[count, size]`, float32. Those
 * that are not given stay out. The caller disposes them.
 *
 * @throws ConfigError for a condition that is not declared; DataError for class numbers that do not exist; ShapeError otherwise.
 */
export function conditionTensors(
  owner: string,
  declared: FieldSpecs | undefined,
  given: GivenLike,
  count: number,
): Given {
  checkNames(owner, declared ?? {}, given);
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        const spec = declared![name]!;
        return [
          name,
          spec.classes === undefined
            ? tf.clone(vectors(owner, name, spec, value, count))
            : tf.clone(classNumbers(owner, name, spec.classes, value, count)),
        ];
      }),
    ),
  );
}

/** Refuses conditions that the model does not declare. */
function checkNames(owner: string, specs: FieldSpecs, given: GivenLike | undefined): void {
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given))) {
    throw new ConfigError(
      `${owner}: expected \`given\` to be an object of conditions by name, such as { label: 3 }, received ${show(given)}.`,
    );
  }
  for (const name of Object.keys(given ?? {})) {
    if (!Object.hasOwn(specs, name)) {
      const names = Object.keys(specs);
      const known = names.length === 0 ? "the model takes no conditions" : `the conditions are ${names.join(", ")}`;
      throw new ConfigError(`${owner}: unknown condition \`given.${name}\`; ${known}.`);
    }
  }
}

/**
 * Conditions with those that were left out drawn as balanced data would have them: classes in equal shares. Vectors have no such
 * draw and stay missing.
 */
export function drawGiven(
  declared: FieldSpecs | undefined,
  given: GivenLike | undefined,
  count: number,
  random: RandomSource,
): GivenLike {
  const drawn: Record<string, GivenLike[string]> = { ...given };
  for (const [name, { classes }] of Object.entries(declared ?? {})) {
    if (drawn[name] !== undefined || classes === undefined) continue;
    drawn[name] = tf.cast(tf.floor(random.uniform([count], 0, classes)), "int32");
  }
  return drawn;
}

/** The conditions of some of the examples that they were given for; what is given for all stays. */
export function givenRows(given: GivenLike | undefined, start: number, count: number): GivenLike | undefined {
  const rows = (value: GivenLike[string]): GivenLike[string] => {
    if (value instanceof tf.Tensor) return value.rank === 0 ? value : tf.slice(value, start, count);
    return Array.isArray(value) && value.length > 1 ? value.slice(start, start + count) : value;
  };
  return given && Object.fromEntries(Object.entries(given).map(([name, value]) => [name, rows(value)]));
}

function classNumbers(
  owner: string,
  name: string,
  classes: number,
  value: GivenLike[string],
  count: number,
): tf.Tensor1D {
  if (value instanceof tf.Tensor) {
    checkShape(owner, `given.${name}`, value.shape, [count]);
    return value as tf.Tensor1D;
  }
  const labels = typeof value === "number" ? new Array<number>(count).fill(value) : (value as readonly number[]);
  for (const label of labels) {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new DataError(
        `${owner}: expected class numbers from 0 to ${classes - 1} in \`given.${name}\`, received ${String(label)}.`,
      );
    }
  }
  checkShape(owner, `given.${name}`, [labels.length], [count]);
  return tf.tensor1d([...labels], "int32");
}

function vectors(owner: string, name: string, spec: FieldSpec, value: GivenLike[string], count: number): tf.Tensor2D {
  const shape = [count, ...spec.shape.slice(1)];
  if (value instanceof tf.Tensor) {
    checkShape(owner, `given.${name}`, value.shape, shape);
    return tf.cast(value, "float32") as tf.Tensor2D;
  }
  const width = spec.shape[1];
  const rows = typeof value === "number" ? [[value]] : Array.isArray(value[0]) ? value : [value];
  if (!(rows as number[][]).every((row) => row.length === width && row.every(Number.isFinite))) {
    throw new ShapeError(
      `${owner}: expected \`given.${name}\` to hold rows of ${String(width)} finite numbers, for shape ${showShape(spec.shape)}.`,
    );
  }
  const tensor = tf.tensor2d(rows as number[][], undefined, "float32");
  if (rows.length === 1 && count > 1) return tf.tile(tensor, [count, 1]);
  checkShape(owner, `given.${name}`, tensor.shape, shape);
  return tensor;
}

function describe({ classes, shape }: FieldSpec): string {
  return classes === undefined ? `vectors of shape ${showShape(shape)}` : `class numbers from 0 to ${classes - 1}`;
}
