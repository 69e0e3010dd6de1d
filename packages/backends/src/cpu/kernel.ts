import * as tf from "@tensorflow/tfjs";
import { replaceRegistered } from "../internal/replace-registered.js";

/** Values of a tensor on the JavaScript backend. */
export type CpuValues = Float32Array | Int32Array | Uint8Array;

/** What is used of tfjs's JavaScript backend. */
export interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: CpuValues } };
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: CpuValues): tf.TensorInfo;
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void;
}

/** A call of a kernel on the JavaScript backend. */
export interface CpuCall<I extends string = string, A = object> {
  readonly inputs: Readonly<Record<I, tf.TensorInfo>>;
  readonly attrs: A;
  readonly backend: CpuBackend;
}

/** A kernel of the JavaScript backend. */
export type CpuKernel<I extends string = string, A = object> = (call: CpuCall<I, A>) => tf.TensorInfo | tf.TensorInfo[];

/** Puts a kernel in the place of the JavaScript backend's own, which `make` receives. */
export function replaceCpuKernel<I extends string, A>(
  name: string,
  make: (shipped: CpuKernel<I, A>) => CpuKernel<I, A>,
): void {
  // The registry holds kernels of any inputs and settings; these know their own.
  const known = (shipped: tf.KernelFunc) => shipped as unknown as CpuKernel<I, A>;
  replaceRegistered(name, "cpu", (shipped) => make(known(shipped)) as unknown as tf.KernelFunc);
}

/** Runs another kernel of the JavaScript backend. */
export function callCpu(
  name: string,
  backend: CpuBackend,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: object = {},
): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(name, "cpu") as NonNullable<ReturnType<typeof tf.getKernel>>;
  return (kernelFunc as unknown as CpuKernel)({ inputs, attrs, backend }) as tf.TensorInfo;
}

/** A tensor's values. */
export function valuesOn(backend: CpuBackend, { dataId }: tf.TensorInfo): CpuValues {
  return backend.data.get(dataId).values;
}
