import * as tf from "@tensorflow/tfjs";

/** What a kernel sees of a tensor: data, shape and type, without the engine's bookkeeping. */
export type TensorInfo = Pick<tf.TensorInfo, "dataId" | "shape" | "dtype">;

/** What the kernels here use of tfjs's WebAssembly backend. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: tf.DataType): TensorInfo;
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: { readonly HEAPU8: Uint8Array; readonly asm: { readonly memory: WebAssembly.Memory } };
}

/** A call of a kernel. */
export interface KernelCall<I extends string = string, A = Record<string, unknown>> {
  readonly inputs: Readonly<Record<I, TensorInfo>>;
  readonly attrs: A;
  readonly backend: WasmBackend;
}

type Registered = NonNullable<ReturnType<typeof tf.getKernel>>;

/** Runs a registered WebAssembly kernel from within another. */
export function callKernel(
  name: string,
  backend: WasmBackend,
  inputs: Readonly<Record<string, TensorInfo | undefined>>,
  attrs: object,
): TensorInfo {
  const kernel = tf.getKernel(name, "wasm") as Registered;
  return kernel.kernelFunc({ inputs, attrs, backend } as never) as TensorInfo;
}

/**
 * Puts a kernel in the place of the shipped one, or where there is none.
 *
 * @param make - Receives the shipped kernel, to which it may fall back.
 */
export function replaceKernel(
  name: string,
  make: (shipped: (call: KernelCall) => TensorInfo) => (call: KernelCall) => TensorInfo,
): void {
  const shipped = tf.getKernel(name, "wasm");
  if (shipped) tf.unregisterKernel(name, "wasm");
  const absent = (): never => {
    throw new Error(`Kernel '${name}' does not exist on wasm.`);
  };
  tf.registerKernel({
    ...(shipped ?? { kernelName: name, backendName: "wasm" }),
    kernelFunc: make((shipped?.kernelFunc as unknown as (call: KernelCall) => TensorInfo) ?? absent) as never,
  });
}
