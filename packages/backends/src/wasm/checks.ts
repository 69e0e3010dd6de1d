import { ShapeError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import type { Check } from "./kernel.js";

/** Throws what a kernel says of operands that do not fit. */
export function refuse(name: string, message: string): never {
  throw new ShapeError(`${name}: ${message}`);
}

/** For kernels that take any operands: they work value by value. */
export const anyOperands: Check<never, unknown> = () => {};

/** Runs several checks, one after the other. */
export function all<I extends string, A>(...checks: readonly Check<I, A>[]): Check<I, A> {
  return (call, name) => {
    for (const check of checks) check(call, name);
  };
}

/** Inputs have one of some types. */
export function types(inputs: readonly string[], ...allowed: readonly string[]): Check<never, unknown> {
  return ({ inputs: given }, name) => {
    for (const input of inputs) {
      const { dtype } = (given as Record<string, TensorInfo>)[input]!;
      if (!allowed.includes(dtype)) refuse(name, `expected ${input} of ${allowed.join(" or ")}, received ${dtype}.`);
    }
  };
}

/** The shapes of two inputs can be broadcast together. */
export function broadcastable(a: string, b: string): Check<never, unknown> {
  return ({ inputs }) => {
    const given = inputs as Record<string, TensorInfo>;
    tf.broadcast_util.assertAndGetBroadcastShape([...given[a]!.shape], [...given[b]!.shape]);
  };
}

/** The axes that an attribute names are axes of the input `x`. */
export function axesOfX(attribute: string): Check<"x", unknown> {
  return ({ inputs, attrs }) => {
    tf.util.parseAxisParam((attrs as Record<string, number[]>)[attribute]!, [...inputs.x.shape]);
  };
}

/** A list in an attribute has an entry for each axis of the input `x`. */
export function anEntryPerAxis(attribute: string): Check<"x", unknown> {
  return ({ inputs: { x }, attrs }, name) => {
    const list = (attrs as Record<string, readonly unknown[]>)[attribute]!;
    if (list.length !== x.shape.length) {
      refuse(name, `expected ${x.shape.length} ${attribute}, received ${list.length}.`);
    }
  };
}

/** Operands have one shape, apart from the axis along which they are joined. */
export function sameBut(axis: number | undefined, tensors: readonly TensorInfo[], name: string): void {
  const [first] = tensors as [TensorInfo];
  for (const { shape } of tensors) {
    const same = shape.length === first.shape.length && shape.every((size, i) => i === axis || size === first.shape[i]);
    if (!same) {
      refuse(
        name,
        `expected equal shapes${axis === undefined ? "" : ` apart from axis ${axis}`}, received [${first.shape.join(", ")}] and [${shape.join(", ")}].`,
      );
    }
  }
}

/** Two matrices, or batches of them, whose inner sizes are equal, and a bias that fits the product. */
export const multipliable: Check<"a" | "b", { readonly transposeA: boolean; readonly transposeB: boolean }> = (
  { inputs, attrs },
  name,
) => {
  const { a, b } = inputs;
  if (a.shape.length < 2 || b.shape.length < 2) {
    refuse(name, `expected matrices, received [${a.shape.join(", ")}] and [${b.shape.join(", ")}].`);
  }
  const innerA = a.shape.at(attrs.transposeA ? -2 : -1)!;
  const innerB = b.shape.at(attrs.transposeB ? -1 : -2)!;
  if (innerA !== innerB) {
    refuse(
      name,
      `inner shapes (${innerA}) and (${innerB}) of tensors of [${a.shape.join(", ")}] and [${b.shape.join(", ")}], transposeA ${attrs.transposeA} and transposeB ${attrs.transposeB}, must match.`,
    );
  }
  tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
};

/** A bias of one value, or of one for each column; absent is right too. */
export function biasOf(columns: number, bias: TensorInfo | undefined, name: string): void {
  if (bias === undefined || sizeOf(bias.shape) === 1) return;
  if (bias.shape.length !== 1 || bias.shape[0] !== columns) {
    refuse(name, `expected a bias of 1 or ${columns} values, received [${bias.shape.join(", ")}].`);
  }
}
