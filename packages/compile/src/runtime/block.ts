import type * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeModule, OnnxTensor } from "./module.js";

/** Elements of a variable in the processor's memory. */
export type Data = Float32Array | Int32Array | Uint8Array;

/** Variables that lie side by side in memory and are written together, with a second copy for the values to come. */
export interface Block {
  readonly variables: readonly tf.Variable[];
  /** The two copies; `current` is the one with the values of now. */
  readonly copies: readonly [BlockCopy, BlockCopy];
  current: 0 | 1;
  /** The newest values where a device holds them. */
  device: DeviceCopy | undefined;
  /** Set once a compiled step writes the block; until then its variables may move to another. */
  written: boolean;
}

/** A block's values in a device's memory. */
export interface DeviceCopy {
  /** The whole block as one vector, unless a step wrote a part of it alone. */
  readonly flat: OnnxTensor | undefined;
  /** The variables, each in a buffer of its own. */
  readonly parts: readonly OnnxTensor[];
  /** Whether the current copy has these values too. */
  read: boolean;
}

/** One copy of a block's values. */
export interface BlockCopy {
  /** The whole block as one vector. */
  readonly flat: OnnxTensor;
  /** The variables, in the same memory. */
  readonly parts: readonly OnnxTensor[];
  /** Their elements. */
  readonly partData: readonly Data[];
}

/** A block of zeros for these variables. */
export function createBlock(ort: OnnxRuntimeModule, variables: readonly tf.Variable[]): Block {
  const copies = [createCopy(ort, variables), createCopy(ort, variables)] as const;
  return { variables, copies, current: 0, device: undefined, written: false };
}

function createCopy(ort: OnnxRuntimeModule, variables: readonly tf.Variable[]): BlockCopy {
  const type = variables[0]!.dtype;
  const total = variables.reduce((sum, variable) => sum + variable.size, 0);
  const data =
    type === "int32" ? new Int32Array(total) : type === "bool" ? new Uint8Array(total) : new Float32Array(total);
  let start = 0;
  const partData = variables.map((variable) => {
    start += variable.size;
    return data.subarray(start - variable.size, start);
  });
  const tensor = (values: Data, shape: readonly number[]): OnnxTensor =>
    new ort.Tensor(type as "float32", values as Float32Array, shape);
  return {
    partData,
    flat: tensor(data, [total]),
    parts: partData.map((part, i) => tensor(part, variables[i]!.shape)),
  };
}

/** Brings a block's values from the device, where they stay. */
export async function readBlock(block: Block): Promise<void> {
  const { device } = block;
  if (device === undefined || device.read) return;
  const { partData } = block.copies[block.current];
  for (const [i, tensor] of device.parts.entries()) {
    if (tensor.location !== "cpu") partData[i]!.set((await tensor.getData()) as Data);
  }
  device.read = true;
}

/** Frees what a device holds of a block. */
export function dropDevice(block: Block): void {
  const { device } = block;
  block.device = undefined;
  for (const tensor of [device?.flat, ...(device?.parts ?? [])]) if (tensor !== undefined) free(tensor);
}

/** Frees a device's buffer; tensors in the processor's memory are the blocks' own. */
export function free(tensor: OnnxTensor): void {
  if (tensor.location !== "cpu") tensor.dispose();
}
