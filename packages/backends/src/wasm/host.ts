import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { KernelCall, TensorInfo, WasmBackend } from "./kernel.js";

/** What is used of TensorFlow.js's JavaScript backend. */
interface HostBackend {
  readonly data: { get(dataId: object): { readonly values: tf.BackendValues } };
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: tf.BackendValues): TensorInfo;
  disposeData(dataId: object, force?: boolean): boolean;
}

type Call = KernelCall<string, object>;
type Result = TensorInfo | TensorInfo[];

let host: HostBackend | undefined;

/**
 * Computes one call with the kernel of the JavaScript backend: copies of the inputs go there, copies of the outputs come back.
 * For calls that the WebAssembly kernel gets wrong and that are too rare, or too small, for a kernel of their own.
 *
 * @throws UnsupportedError when the JavaScript backend is not part of the program.
 */
export function onHost(name: string, { inputs, attrs, backend }: Call): Result {
  const kernel = tf.getKernel(name, "cpu");
  const factory = tf.findBackendFactory("cpu");
  if (!kernel || !factory) {
    throw new UnsupportedError(
      `${name}: these shapes and types need the 'cpu' backend on wasm; import @tensorflow/tfjs.`,
    );
  }
  host ??= factory() as unknown as HostBackend;
  const made: TensorInfo[] = [];
  const copy = (tensor: TensorInfo | undefined): TensorInfo | undefined => {
    if (!tensor) return tensor;
    const there = host!.makeTensorInfo(tensor.shape, tensor.dtype, backend.readSync(tensor.dataId));
    made.push(there);
    return there;
  };
  const entries = Object.entries(inputs).map(([key, tensor]) => [key, copy(tensor)] as const);
  const there = Array.isArray(inputs) ? entries.map(([, tensor]) => tensor) : Object.fromEntries(entries);
  try {
    const found = kernel.kernelFunc({
      inputs: there as never,
      attrs: attrs as never,
      backend: host as never,
    }) as Result;
    made.push(...[found].flat());
    return Array.isArray(found) ? found.map((tensor) => bring(backend, tensor)) : bring(backend, found);
  } finally {
    for (const { dataId } of made) host.disposeData(dataId, true);
  }
}

function bring(backend: WasmBackend, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  const { values } = host!.data.get(dataId);
  return { dataId: backend.write(typed(values, dtype), shape, dtype), shape, dtype };
}

/** JavaScript kernels may hold plain lists, or floats where the type says integers. */
function typed(values: tf.BackendValues, dtype: tf.DataType): tf.BackendValues {
  if (dtype === "string" || dtype === "complex64") return values;
  const Values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return values instanceof Values ? values : Values.from(values as ArrayLike<number>);
}
