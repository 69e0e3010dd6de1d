import { UnsupportedError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo, WasmBackend } from "./backend.js";
import { freeOnFailure } from "./memory.js";

/** A call of a kernel. */
export interface KernelCall<I extends string = string, A = Readonly<Record<string, unknown>>> {
  readonly inputs: Readonly<Record<I, TensorInfo>>;
  readonly attrs: A;
  readonly backend: WasmBackend;
}

/** A kernel: computes its output, or its outputs, from its inputs. */
export type Kernel<I extends string = string, A = Readonly<Record<string, unknown>>> = (
  call: KernelCall<I, A>,
) => TensorInfo | TensorInfo[];

/**
 * Refuses operands that do not fit together. Kernels work on bare memory: what is not refused is read and written wherever it
 * points to.
 *
 * @throws Error that names the kernel.
 */
export type Check<I extends string = string, A = Readonly<Record<string, unknown>>> = (
  call: KernelCall<I, A>,
  name: string,
) => void;

/** Runs a registered WebAssembly kernel from within another. */
export function callKernel(
  name: string,
  backend: WasmBackend,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: object = {},
): TensorInfo {
  const { kernelFunc } = tf.getKernel(name, "wasm") as NonNullable<ReturnType<typeof tf.getKernel>>;
  return (kernelFunc as unknown as Kernel<string, object>)({ inputs, attrs, backend }) as TensorInfo;
}

const replaced = new Set<string>();

/**
 * Puts a kernel in the place of the shipped one, or where there is none: the only way in which a kernel gets into the backend.
 *
 * @param check - Runs before the kernel, in which nothing else looks after bounds.
 * @param make - Receives the shipped kernel, to which it may fall back.
 */
export function replaceKernel<I extends string, A>(
  name: string,
  check: Check<I, A>,
  make: (shipped: Kernel<I, A>) => Kernel<I, A>,
): void {
  const shipped = tf.getKernel(name, "wasm");
  if (shipped) tf.unregisterKernel(name, "wasm");
  replaced.add(name);
  const absent: Kernel<I, A> = () => {
    throw new UnsupportedError(`The kernel '${name}' does not exist on wasm; take another operation, or 'cpu'.`);
  };
  const kernel = make((shipped?.kernelFunc as unknown as Kernel<I, A>) ?? absent);
  const checked: Kernel<I, A> = (call) => {
    check(call, name);
    return freeOnFailure(kernel, call);
  };
  tf.registerKernel({
    ...(shipped ?? { kernelName: name, backendName: "wasm" }),
    // The registry holds kernels of any inputs and settings; these know their own.
    kernelFunc: checked as unknown as tf.KernelFunc,
  });
}

/** Keeps the shipped kernel, behind a check that it lacks. */
export function guardKernel<I extends string, A>(name: string, check: Check<I, A>): void {
  replaceKernel<I, A>(name, check, (shipped) => shipped);
}

/** Keeps every shipped kernel that nothing replaced, and frees what it has made when it fails. */
export function guardTheRest(): void {
  for (const { kernelName } of tf.getKernelsForBackend("wasm")) {
    if (!replaced.has(kernelName)) guardKernel(kernelName, () => undefined);
  }
}

/** Where a tensor's values lie in linear memory. */
export function pointer(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

/** A view of a new or existing float32 tensor's values; valid until the next allocation. */
export function floats(backend: WasmBackend, tensor: TensorInfo): Float32Array {
  return new Float32Array(backend.wasm.HEAPU8.buffer, pointer(backend, tensor), sizeOf(tensor.shape));
}

/** A view of a tensor's values, of any type but text; valid until the next allocation. */
export function valuesOf(backend: WasmBackend, tensor: TensorInfo): Float32Array | Int32Array | Uint8Array {
  const [start, length] = [pointer(backend, tensor), sizeOf(tensor.shape)];
  const { buffer } = backend.wasm.HEAPU8;
  if (tensor.dtype === "float32") return new Float32Array(buffer, start, length);
  return tensor.dtype === "int32" ? new Int32Array(buffer, start, length) : new Uint8Array(buffer, start, length);
}

/** A new float32 tensor of zeros. */
export function zeros(backend: WasmBackend, shape: readonly number[]): TensorInfo {
  const out = backend.makeOutput(shape, "float32");
  floats(backend, out).fill(0);
  return out;
}
