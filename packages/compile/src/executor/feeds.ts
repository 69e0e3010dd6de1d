import { type Batch, DataError, type Random, type Schedule } from "@latentkit/core";
import { holderOf, sizeOf, valueAt } from "@latentkit/core/authoring";
import type { Value } from "../graph/types.js";
import type { OnnxRuntimeModule, OnnxTensor } from "../runtime/module.js";
import { JITTER } from "./compare.js";

/** A tensor of zeros to be written into. */
export function newTensor(ort: OnnxRuntimeModule, { shape }: Value): OnnxTensor {
  return new ort.Tensor("float32", new Float32Array(sizeOf(shape)), shape);
}

/** A tensor of the batch; values that are in the host's memory are taken from there as they are. */
export function feedOfBatch(
  ort: OnnxRuntimeModule,
  { type, shape }: Value,
  batch: Batch,
  key: string,
): OnnxTensor | Promise<OnnxTensor> {
  const tensor = batch[key];
  if (tensor === undefined) {
    throw new DataError(`onnx: expected the batch to hold '${key}', as it did when it was recorded, received none.`);
  }
  const wrap = (data: unknown): OnnxTensor => new ort.Tensor(type as "float32", data as Float32Array, shape);
  const found = holderOf(tensor.dataId)?.read() ?? tensor.data();
  return found instanceof Promise ? found.then(wrap) : wrap(found);
}

/** Makes the noise of a call, in the order in which the eager call draws it. */
export function fillNoise(random: Random, draws: readonly Value[], buffers: ReadonlyMap<Value, OnnxTensor>): void {
  for (const value of draws) {
    const data = buffers.get(value)?.data as Float32Array | undefined;
    const { input } = value;
    // A draw that nothing uses still counts.
    if (data === undefined) random.fillWords(new Uint32Array(0));
    else if (input?.kind === "noise" && input.distribution === "uniform") {
      random.fillUniform(data, input.low, input.high);
    } else random.fillNormal(data);
  }
}

/** Writes a schedule's value at an update. */
export function fillSchedule(buffer: OnnxTensor, schedule: Schedule, update: number): OnnxTensor {
  (buffer.data as Float32Array)[0] = valueAt(schedule, update);
  return buffer;
}

/**
 * A tensor whose elements lie a little aside, up and down by turns that depend on their place.
 *
 * @param pattern - 1, 2, …: each has turns of its own.
 */
export async function disturbed(ort: OnnxRuntimeModule, tensor: OnnxTensor, pattern: number): Promise<OnnxTensor> {
  if (tensor.type !== "float32") return tensor;
  // The top bit of a multiplicative hash: signs without a period, which sums could cancel.
  const sign = (i: number) => (Math.imul(i + 1, 0x9e3779b1 + pattern * 0x3c6ef372) < 0 ? -1 : 1);
  const data = ((await tensor.getData()) as Float32Array).map((value, i) => value * (1 + sign(i) * JITTER));
  return new ort.Tensor("float32", data, tensor.dims);
}
