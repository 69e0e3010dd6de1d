import { sizeOf, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** What a kernel sees of a tensor: data, shape and type, without the engine's bookkeeping. */
export type TensorInfo = Pick<tf.TensorInfo, "dataId" | "shape" | "dtype">;

/** What the kernels here use of tfjs's WebAssembly backend. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: tf.DataType): TensorInfo;
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
  readSync(dataId: object): tf.BackendValues;
  write(values: tf.BackendValues | null, shape: readonly number[], dtype: tf.DataType): object;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(offset: number): void;
  };
}

/** A call of a kernel. */
export interface KernelCall<I extends string = string, A = Readonly<Record<string, unknown>>> {
  readonly inputs: Readonly<Record<I, TensorInfo>>;
  readonly attrs: A;
  readonly backend: WasmBackend;
}

/** A kernel: computes one output from its inputs. */
export type Kernel = (call: KernelCall) => TensorInfo;

/** Runs a registered WebAssembly kernel from within another. */
export function callKernel(
  name: string,
  backend: WasmBackend,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: object = {},
): TensorInfo {
  const { kernelFunc } = tf.getKernel(name, "wasm") as NonNullable<ReturnType<typeof tf.getKernel>>;
  return kernelFunc({ inputs, attrs, backend } as never) as TensorInfo;
}

/** What has to hold of a call, so that a kernel touches no memory but that of its tensors; throws a ShapeError otherwise. */
export type Check<I extends string, A> = (call: KernelCall<I, A>) => void;

/**
 * Puts a kernel in the place of the shipped one, or where there is none. Native code believes the sizes that it is told, so
 * that no kernel comes in without a check.
 *
 * @param check - Runs before every call; {@link anything} where shapes cannot disagree.
 * @param make - Receives the shipped kernel, to which it may fall back.
 */
export function replaceKernel<I extends string, A>(
  name: string,
  check: Check<I, A>,
  make: (shipped: Kernel) => (call: KernelCall<I, A>) => TensorInfo,
): void {
  const shipped = tf.getKernel(name, "wasm");
  if (shipped) tf.unregisterKernel(name, "wasm");
  const absent: Kernel = () => {
    throw new UnsupportedError(`${name}: does not exist on wasm for these types; cast to float32, or take 'cpu'.`);
  };
  const run = make((shipped?.kernelFunc as unknown as Kernel) ?? absent);
  const checked = (call: KernelCall<I, A>): TensorInfo => {
    check(call);
    return run(call);
  };
  tf.registerKernel({
    ...(shipped ?? { kernelName: name, backendName: "wasm" }),
    kernelFunc: checked as never,
  });
}

/** Where a tensor's values lie in linear memory. */
export function pointer(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

/** A view of a new or existing float32 tensor's values; valid until the next allocation. */
export function floats(backend: WasmBackend, tensor: TensorInfo): Float32Array {
  return new Float32Array(backend.wasm.HEAPU8.buffer, pointer(backend, tensor), sizeOf(tensor.shape));
}

/** A new float32 tensor of zeros. */
export function zeros(backend: WasmBackend, shape: readonly number[]): TensorInfo {
  const out = backend.makeOutput(shape, "float32");
  floats(backend, out).fill(0);
  return out;
}
