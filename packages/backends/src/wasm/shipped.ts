import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { anyOperands, broadcastable, refuse } from "./checks.js";
import { type Check, guardKernel, replaceKernel, valuesOf } from "./kernel.js";
import { checkShipped } from "./shipped-checks.js";
import { whole } from "./spread.js";

/** Kernels of two operands that stay the shipped ones, which are right up to some rank. */
const BINARY = [
  ...["Add", "Atan2", "BitwiseAnd", "FloorDiv", "LogicalAnd", "LogicalOr", "LogicalXor", "Mod", "Multiply", "Pow"],
  ...["RealDiv", "SquaredDifference", "Sub", "Maximum", "Minimum"],
  ...["Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "NotEqual"],
];

/** Rank up to which the shipped kernels broadcast. */
const HIGHEST = 4;

/** Mends what can be kept of the shipped kernels. Called before the others, which fall back to these. */
export function mendShipped(): void {
  for (const name of BINARY) broadcastAnyRank(name);
  replaceCast();
  spreadSlopes();
  checkShipped();
  guardKernel<"x" | "mean" | "variance" | "scale" | "offset", object>("FusedBatchNorm", statisticsFit);
}

/** Lays the operands out in full where the result has more axes than the shipped kernel can follow. */
function broadcastAnyRank(name: string): void {
  replaceKernel<"a" | "b", object>(name, broadcastable("a", "b"), (shipped) => (call) => {
    const { inputs, backend } = call;
    const { a, b } = inputs;
    const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    if (shape.length <= HIGHEST) return shipped(call);
    const operands = [whole(backend, a, shape), whole(backend, b, shape)] as const;
    const [left, right] = operands.map(({ tensor }) => ({ ...tensor, shape: [sizeOf(shape)] })) as [
      TensorInfo,
      TensorInfo,
    ];
    const out = shipped({ ...call, inputs: { a: left, b: right }, attrs: {} }) as TensorInfo;
    for (const { tensor, temporary } of operands) if (temporary) backend.disposeData(tensor.dataId);
    return { ...out, shape };
  });
}

/**
 * The shipped kernel takes slopes one after another, whatever axes they stand for, and reads on where they end: they are laid out in
 * full for it.
 */
function spreadSlopes(): void {
  const fits: Check<"x" | "alpha", object> = ({ inputs: { x, alpha } }, name) => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape([...x.shape], [...alpha.shape]);
    if (shape.join() === x.shape.join()) return;
    refuse(name, `expected slopes for [${x.shape.join(", ")}], received [${alpha.shape.join(", ")}].`);
  };
  replaceKernel<"x" | "alpha", object>("Prelu", fits, (shipped) => (call) => {
    const { inputs, backend } = call;
    const { x, alpha } = inputs;
    if (sizeOf(x.shape) === 0) return backend.makeOutput(x.shape, x.dtype);
    const { tensor, temporary } = whole(backend, alpha, x.shape);
    const y = shipped({ ...call, inputs: { x, alpha: tensor } });
    if (temporary) backend.disposeData(tensor.dataId);
    return y;
  });
}

/** The shipped kernel makes truth values of the low byte of an integer, so that 256 is false. */
function replaceCast(): void {
  replaceKernel<"x", { readonly dtype: tf.DataType }>(
    "Cast",
    anyOperands,
    () =>
      ({ inputs: { x }, attrs, backend }) => {
        const out = backend.makeOutput(x.shape, attrs.dtype);
        const [from, to] = [valuesOf(backend, x), valuesOf(backend, out)];
        if (attrs.dtype !== "bool") to.set(from);
        else for (let i = 0; i < from.length; i++) to[i] = from[i] === 0 ? 0 : 1;
        return out;
      },
  );
}

const statisticsFit: Check<"x" | "mean" | "variance" | "scale" | "offset", object> = ({ inputs }, name) => {
  const channels = inputs.x.shape.at(-1) ?? 1;
  const { x: _, ...statistics } = inputs as Partial<Record<string, TensorInfo>>;
  for (const [input, tensor] of Object.entries(statistics)) {
    const { shape } = tensor ?? { shape: [] };
    if (shape.length === 0 || shape.at(-1) === 1 || shape.at(-1) === channels) continue;
    refuse(name, `expected ${input} of ${channels} values, received [${shape.join(", ")}].`);
  }
};
