import type * as tf from "@tensorflow/tfjs";

/** What a kernel sees of a tensor: data, shape and type, without the engine's bookkeeping. */
export type TensorInfo = Pick<tf.TensorInfo, "dataId" | "shape" | "dtype">;

/** What the kernels here use of tfjs's WebAssembly backend. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: tf.DataType): TensorInfo;
  disposeData(dataId: object, force?: boolean): boolean;
  incRef(dataId: object): void;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(offset: number): void;
  };
}
