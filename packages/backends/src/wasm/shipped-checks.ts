import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { refuse, sameBut } from "./checks.js";
import { type Check, guardKernel, type KernelCall, valuesOf } from "./kernel.js";

type Call = KernelCall<string, Readonly<Record<string, unknown>>>;

/** What has to be true of a shipped kernel's operands, from which it computes addresses that it does not look at. */
const CHECKS: Readonly<Record<string, Check<string, Readonly<Record<string, unknown>>>>> = {
  AddN: ({ inputs }, name) => sameBut(undefined, Object.values(inputs), name),
  BatchToSpaceND: blocks("BatchToSpaceND", ({ x }, block) => x.shape[0]! % sizeOf(block) === 0),
  Bincount: counts,
  CropAndResize: crops,
  DenseBincount: counts,
  DepthToSpace: ({ inputs: { x }, attrs: { blockSize } }, name) => {
    rankOf(x!, 4, "x", name);
    if (x!.shape[3]! % (Number(blockSize) ** 2 || Number.NaN) !== 0) {
      refuse(name, `expected channels divisible by ${blockSize}², received [${x!.shape.join(", ")}].`);
    }
  },
  EluGrad: ({ inputs: { dy, y } }, name) => sameBut(undefined, [dy!, y!], name),
  ExpandDims: ({ inputs: { input }, attrs: { dim } }, name) => {
    const rank = input!.shape.length;
    if (!(Number(dim) >= -rank - 1 && Number(dim) <= rank))
      refuse(name, `there is no place ${dim} among ${rank} axes.`);
  },
  FlipLeftRight: ({ inputs: { image } }, name) => rankOf(image!, 4, "image", name),
  LRN: ({ inputs: { x } }, name) => rankOf(x!, 4, "x", name),
  LRNGrad: ({ inputs: { x, y, dy } }, name) => sameBut(undefined, [x!, y!, dy!], name),
  Multinomial: ({ inputs: { logits }, attrs: { numSamples } }, name) => {
    rankOf(logits!, 2, "logits", name);
    natural(numSamples, "numSamples", name);
  },
  NonMaxSuppressionV3: boxes,
  NonMaxSuppressionV4: boxes,
  NonMaxSuppressionV5: boxes,
  ResizeBilinear: pictures,
  ResizeNearestNeighbor: pictures,
  RotateWithOffset: ({ inputs: { image } }, name) => rankOf(image!, 4, "image", name),
  SearchSorted: ({ inputs: { sortedSequence, values } }, name) => {
    rankOf(sortedSequence!, 2, "sortedSequence", name);
    sameBut(1, [sortedSequence!, values!], name);
  },
  Softmax: ({ inputs: { logits } }, name) => {
    if (logits!.shape.length === 0) refuse(name, "expected logits along an axis, received a scalar.");
  },
  SpaceToBatchND: blocks("SpaceToBatchND", ({ x }, block, pads) =>
    block.every((size, i) => (x.shape[i + 1]! + pads[i]![0]! + pads[i]![1]!) % size === 0),
  ),
  SparseToDense: places,
  TopK: ({ inputs: { x }, attrs: { k } }, name) => {
    natural(k, "k", name);
    const last = x!.shape.at(-1) ?? 0;
    if (Number(k) > last) refuse(name, `expected k up to ${last}, the size of the last axis, received ${k}.`);
  },
};

/** Puts the shipped kernels that stay behind what they lack: operands that do not fit would be read and written as they come. */
export function checkShipped(): void {
  for (const [name, check] of Object.entries(CHECKS)) {
    if (tf.getKernel(name, "wasm")) guardKernel(name, check);
  }
}

function rankOf({ shape }: TensorInfo, rank: number, input: string, name: string): void {
  if (shape.length !== rank) refuse(name, `expected ${input} of ${rank} axes, received [${shape.join(", ")}].`);
}

function natural(value: unknown, attribute: string, name: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    refuse(name, `expected \`${attribute}\` to be an integer ≥ 0, received ${String(value)}.`);
  }
}

/** Kernels that move blocks of places to the batch and back. */
function blocks(
  name: string,
  divides: (inputs: { x: TensorInfo }, block: number[], pairs: number[][]) => boolean,
): (call: Call) => void {
  return ({ inputs, attrs: { blockShape, paddings, crops } }) => {
    const [block, pairs] = [blockShape as number[], (paddings ?? crops) as number[][]];
    const { x } = inputs as { x: TensorInfo };
    const fits = block.length < x.shape.length && pairs.length === block.length && block.every((size) => size >= 1);
    if (!fits || !divides({ x }, block, pairs)) {
      refuse(name, `the block [${block.join(", ")}] does not divide [${x.shape.join(", ")}].`);
    }
  };
}

function counts({ inputs: { x, weights }, attrs: { size }, backend }: Call, name: string): void {
  natural(size, "size", name);
  if (sizeOf(weights!.shape) > 0) sameBut(undefined, [x!, weights!], name);
  for (const value of valuesOf(backend, x!)) {
    if (value < 0) refuse(name, `expected values that are not negative, received ${value}.`);
  }
}

function crops({ inputs: { image, boxes: given, boxInd }, backend }: Call, name: string): void {
  rankOf(image!, 4, "image", name);
  const count = given!.shape[0];
  if (given!.shape.length !== 2 || given!.shape[1] !== 4 || boxInd!.shape.join() !== String(count)) {
    refuse(
      name,
      `expected boxes [count, 4] and boxInd [count], received [${given!.shape.join(", ")}] and [${boxInd!.shape.join(", ")}].`,
    );
  }
  for (const index of valuesOf(backend, boxInd!)) {
    if (index >= 0 && index < image!.shape[0]!) continue;
    refuse(name, `the index value ${index} of boxInd is not in [0, ${image!.shape[0]! - 1}].`);
  }
}

function boxes({ inputs: { boxes: given, scores } }: Call, name: string): void {
  const fits = given!.shape.length === 2 && given!.shape[1] === 4 && scores!.shape.join() === String(given!.shape[0]);
  if (fits) return;
  refuse(
    name,
    `expected boxes [count, 4] and scores [count], received [${given!.shape.join(", ")}] and [${scores!.shape.join(", ")}].`,
  );
}

function pictures({ inputs: { images }, attrs: { size } }: Call, name: string): void {
  rankOf(images!, 4, "images", name);
  for (const side of size as number[]) natural(side, "size", name);
}

function places({ inputs, attrs, backend }: Call, name: string): void {
  const { sparseIndices, sparseValues } = inputs;
  const outputShape = attrs.outputShape as readonly number[];
  const depth = sparseIndices!.shape.length < 2 ? 1 : sparseIndices!.shape[1]!;
  const count = sparseIndices!.shape[0] ?? 1;
  const fits = depth === outputShape.length && [1, count].includes(sizeOf(sparseValues!.shape));
  if (!fits) {
    refuse(
      name,
      `expected ${outputShape.length} coordinates and one value for each place, received [${sparseIndices!.shape.join(", ")}] and [${sparseValues!.shape.join(", ")}].`,
    );
  }
  for (const [i, index] of valuesOf(backend, sparseIndices!).entries()) {
    const size = outputShape[i % depth]!;
    if (index < 0 || index >= size) refuse(name, `the index value ${index} is not in [0, ${size - 1}].`);
  }
}
