import type * as tf from "@tensorflow/tfjs";
import { describeBounds, type NumberBounds, within } from "./bounds.js";
import { ConfigError, ShapeError } from "./errors.js";
import { unknownOption } from "./options/resolve.js";
import { show } from "./options/show.js";

/** Checks of one function's options; each returns the value it was given, or throws {@link ConfigError}. */
export interface Checker {
  /** A finite number within bounds. */
  number(name: string, value: number, bounds?: NumberBounds): number;
  /** An integer within bounds. */
  integer(name: string, value: number, bounds?: NumberBounds): number;
  /** An array of integers > 0, such as a shape or a list of layer widths. */
  sizes(name: string, value: readonly number[], minLength?: number): readonly number[];
  /** One of the listed strings. */
  oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T;
  /** Any other condition: `expected` completes "expected `name` to be …". */
  that(name: string, value: unknown, holds: boolean, expected: string): void;
  /** Refuses option names that do not exist, which are usually misspelt. */
  known(options: object, names: readonly string[]): void;
}

/**
 * Makes the checks that a factory runs on its options.
 *
 * @param owner - The function whose options are checked: the first word of each message.
 * @example
 * ```ts
 * import { check } from "@latentkit/core/authoring";
 * const clip = check("wassersteinGan").number("clip", 0.01, { above: 0 });
 * ```
 */
export function check(owner: string): Checker {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new ConfigError(`${owner}: expected \`${name}\` to be ${expected}, received ${show(value)}.`);
  };
  return {
    number(name, value, bounds = {}) {
      if (typeof value !== "number" || !Number.isFinite(value) || !within(value, bounds)) {
        refuse(name, `a number${describeBounds(bounds)}`, value);
      }
      return value;
    },
    integer(name, value, bounds = {}) {
      if (!Number.isSafeInteger(value) || !within(value, bounds))
        refuse(name, `an integer${describeBounds(bounds)}`, value);
      return value;
    },
    sizes(name, value, minLength = 1) {
      const fits = Array.isArray(value) && value.length >= minLength;
      if (!fits || !value.every((v) => Number.isSafeInteger(v) && v > 0)) {
        const array =
          minLength > 1
            ? `an array of at least ${minLength}`
            : minLength === 1
              ? "a non-empty array of"
              : "an array of";
        refuse(name, `${array} integers > 0`, value);
      }
      return value;
    },
    oneOf(name, value, allowed) {
      if (!allowed.includes(value)) refuse(name, `one of ${allowed.map((a) => `'${a}'`).join(", ")}`, value);
      return value;
    },
    that(name, value, holds, expected) {
      if (!holds) refuse(name, expected, value);
    },
    known(options, names) {
      if (typeof options !== "object" || options === null || Array.isArray(options)) {
        throw new ConfigError(
          `${owner}: expected an object of options (${names.join(", ")}), received ${show(options)}.`,
        );
      }
      for (const key of Object.keys(options)) {
        if (!names.includes(key)) {
          throw new ConfigError(`${owner}: ${unknownOption(key, names)}`);
        }
      }
    },
  };
}

/** A shape to compare with: `null` stands for any size. */
export type ExpectedShape = readonly (number | null)[];

/**
 * Throws {@link ShapeError} with both shapes unless `actual` fits `expected`.
 *
 * @param owner - The function that asks; the first word of the message.
 * @param name - What is checked: an argument or a network's output.
 */
export function checkShape(owner: string, name: string, actual: ExpectedShape, expected: ExpectedShape): void {
  const fits =
    actual.length === expected.length &&
    expected.every((size, i) => size === null || actual[i] === null || actual[i] === size);
  if (!fits) {
    throw new ShapeError(
      `${owner}: expected \`${name}\` to have shape ${showShape(expected)}, received ${showShape(actual)}.`,
    );
  }
}

/** Writes a shape the way messages print it: `[batch, 28, 28, 1]`, the first unknown size being the batch. */
export function showShape(shape: ExpectedShape): string {
  return `[${shape.map((size, i) => (size === null ? (i === 0 ? "batch" : "any") : String(size))).join(", ")}]`;
}

/** The single output shape of a network, or {@link ShapeError} when it has several outputs. */
export function outputShape(owner: string, name: string, network: tf.LayersModel): ExpectedShape {
  if (network.outputs.length !== 1) {
    throw new ShapeError(`${owner}: expected \`${name}\` to have one output, received ${network.outputs.length}.`);
  }
  return network.outputs[0]!.shape;
}
