import { ShapeError, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { KernelCall, TensorInfo } from "./kernel.js";

/** Shapes of these operands cannot disagree, or the kernel computes its sizes from them alone. */
export const anything = (): void => undefined;

const text = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Refuses a tensor of another rank or type than a kernel reads. */
export function expectTensor(owner: string, name: string, tensor: TensorInfo, rank: number, dtype = "float32"): void {
  if (tensor.shape.length === rank && tensor.dtype === dtype) return;
  throw new ShapeError(
    `${owner}: expected \`${name}\` of ${dtype} with ${rank} axes, received ${tensor.dtype} of shape ${text(tensor.shape)}.`,
  );
}

/** Refuses a tensor of another shape. */
export function expectShape(owner: string, name: string, tensor: TensorInfo, shape: readonly number[]): void {
  if (tensor.shape.join() === shape.join()) return;
  throw new ShapeError(`${owner}: expected \`${name}\` of shape ${text(shape)}, received ${text(tensor.shape)}.`);
}

interface Transposes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Two batches of matrices whose inner sizes agree. */
export function matrices({ inputs: { a, b }, attrs }: KernelCall<"a" | "b", Transposes>): void {
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(
      `matMul: expected two tensors with 2 axes or more, received ${text(a.shape)} and ${text(b.shape)}.`,
    );
  }
  const innerA = a.shape.at(attrs.transposeA ? -2 : -1);
  const innerB = b.shape.at(attrs.transposeB ? -1 : -2);
  if (innerA !== innerB) {
    throw new ShapeError(
      `matMul: inner shapes (${innerA}) and (${innerB}) of tensors with shapes ${text(a.shape)} and ${text(b.shape)}, ` +
        `transposeA=${Boolean(attrs.transposeA)} and transposeB=${Boolean(attrs.transposeB)}, must match.`,
    );
  }
}

/** An image and a filter, or their gradients, of four axes and the same channels. */
export function convolved(owner: string): (call: KernelCall<string, ConvolutionAttrs>) => void {
  return ({ inputs, attrs }) => {
    if (attrs.dataFormat === "NCHW") {
      throw new UnsupportedError(`${owner}: takes channels last (NHWC) on wasm, received NCHW; transpose the image.`);
    }
    for (const name of ["x", "dy", "filter"]) {
      const tensor = inputs[name];
      if (tensor !== undefined) expectTensor(owner, name, tensor, 4);
    }
    const image = inputs.x?.shape ?? attrs.inputShape!;
    const filter = inputs.filter?.shape ?? attrs.filterShape!;
    if (image.length === 4 && filter.length === 4 && image[3] === filter[2]) return;
    throw new ShapeError(
      `${owner}: expected as many channels of the image as the filter's third axis has, received ${text(image)} and ${text(filter)}.`,
    );
  };
}

interface ConvolutionAttrs {
  readonly dataFormat?: string;
  readonly inputShape?: readonly number[];
  readonly filterShape?: readonly number[];
}

/** The geometry of a convolution or of pooling, as far as a gradient's size is concerned. */
interface Windows {
  readonly outShape: readonly number[];
  readonly outHeight: number;
  readonly outWidth: number;
  readonly padInfo: { readonly type: string };
}

/**
 * The geometry as the gradient `dy` has it: where strides do not divide the sizes, the forward pass rounds them, and the
 * attributes of a gradient kernel do not tell how.
 *
 * @throws ShapeError when `dy` is not the gradient of that output, rounded in any way.
 */
export function asIn<G extends Windows>(owner: string, dy: TensorInfo, geometry: G): G {
  const [batch, height, width, channels] = geometry.outShape as [number, number, number, number];
  const [dyBatch, dyHeight, dyWidth, dyChannels] = dy.shape as [number, number, number, number];
  const rounded = geometry.padInfo.type === "SAME" ? 0 : 1;
  const near = Math.abs(dyHeight - height) <= rounded && Math.abs(dyWidth - width) <= rounded;
  if (dy.shape.length !== 4 || dyBatch !== batch || dyChannels !== channels || !near) {
    throw new ShapeError(`${owner}: expected \`dy\` of shape ${text(geometry.outShape)}, received ${text(dy.shape)}.`);
  }
  return { ...geometry, outHeight: dyHeight, outWidth: dyWidth, outShape: dy.shape };
}

/** Images of four axes, and their gradient. */
export function images(owner: string, ...names: readonly string[]): (call: KernelCall<string, object>) => void {
  return ({ inputs }) => {
    for (const name of names) expectTensor(owner, name, inputs[name]!, 4);
  };
}

/** Gradients of resized images: as many images and channels as the images have. */
export function resized({ inputs: { dy, images: x } }: KernelCall<"dy" | "images", object>): void {
  for (const [name, tensor] of [
    ["dy", dy],
    ["images", x],
  ] as const)
    expectTensor("resize", name, tensor, 4, tensor.dtype);
  expectTensor("resize", "dy", dy, 4);
  expectShape("resize", "dy", dy, [x.shape[0]!, dy.shape[1]!, dy.shape[2]!, x.shape[3]!]);
}

/** A part that lies within its tensor. */
export function part({ inputs: { x }, attrs }: KernelCall<"x", { begin: number[]; size: number[] }>): void {
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size);
  if (begin!.every((at, axis) => at >= 0 && size![axis]! >= 0 && at + size![axis]! <= x.shape[axis]!)) return;
  throw new ShapeError(
    `slice: expected a part within ${text(x.shape)}, received begin ${text(begin!)} and size ${text(size!)}.`,
  );
}

/** Tensors that agree in all axes but one. */
export function alike({ inputs, attrs }: KernelCall<string, { readonly axis: number }>): void {
  const shapes = Object.values(inputs).map(({ shape }) => shape);
  const [first] = shapes as [number[]];
  const [axis] = tf.util.parseAxisParam(attrs.axis, first);
  const rest = (shape: readonly number[]): string => shape.map((size, i) => (i === axis ? "*" : size)).join();
  const other = shapes.find((shape) => rest(shape) !== rest(first));
  if (other === undefined) return;
  throw new ShapeError(
    `concat: expected shapes that are equal but for axis ${axis}, received ${text(first)} and ${text(other)}.`,
  );
}

/** A count of repetitions for every axis. */
export function repetitions({ inputs: { x }, attrs }: KernelCall<"x", { readonly reps: readonly number[] }>): void {
  if (attrs.reps.length === x.shape.length && attrs.reps.every((count) => Number.isInteger(count) && count >= 0))
    return;
  throw new ShapeError(
    `tile: expected ${x.shape.length} whole numbers from 0 on for ${text(x.shape)}, received ${text(attrs.reps)}.`,
  );
}

/** A segment for every row. */
export function segments({ inputs, attrs }: KernelCall<"x" | "segmentIds", { readonly numSegments: number }>): void {
  const { x, segmentIds } = inputs;
  if (!Number.isInteger(attrs.numSegments) || attrs.numSegments < 0) {
    throw new ShapeError(`unsortedSegmentSum: expected a whole number of segments, received ${attrs.numSegments}.`);
  }
  expectShape("unsortedSegmentSum", "segmentIds", segmentIds, x.shape.slice(0, Math.max(1, segmentIds.shape.length)));
}

/** Two choices of the same shape, and a condition for each value or each row. */
export function choices({ inputs: { condition, t, e } }: KernelCall<"condition" | "t" | "e", object>): void {
  expectShape("where", "e", e, t.shape);
  const { shape } = condition;
  if (shape.length > 0) expectShape("where", "condition", condition, t.shape.slice(0, shape.length));
}
