import * as tf from "@tensorflow/tfjs";
import { replaceRegistered } from "../internal/replace-registered.js";

interface CastCall {
  readonly inputs: { readonly x: tf.TensorInfo };
  readonly attrs: { readonly dtype: tf.DataType };
  readonly backend: WebGpuBackend;
}

/** What is used of tfjs's WebGPU backend. */
interface WebGpuBackend {
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
  disposeData(dataId: object): void;
}

let corrected = false;

/**
 * Converts integers and truth values that are cast to floats. The shipped kernel only renames their type and leaves whole numbers
 * in the buffer: programs that read it directly, such as the transposition within a maximum over inner axes, do not compile, and
 * what they should have computed is left as it was.
 */
export function correctWebGpuCast(): void {
  if (corrected) return;
  corrected = true;
  replaceRegistered("Cast", "webgpu", (shipped) => (call) => {
    // The registry holds kernels of any inputs and settings; this one knows its own.
    const { inputs, attrs, backend } = call as unknown as CastCall;
    const whole = inputs.x.dtype === "int32" || inputs.x.dtype === "bool";
    return whole && attrs.dtype === "float32" ? toFloats(inputs.x, backend) : shipped(call);
  });
}

/** x·1: arithmetic converts each value as it is read. */
function toFloats(x: tf.TensorInfo, backend: WebGpuBackend): tf.TensorInfo {
  const one = backend.makeTensorInfo([], "float32", Float32Array.of(1));
  const { kernelFunc } = tf.getKernel("Multiply", "webgpu") as NonNullable<ReturnType<typeof tf.getKernel>>;
  const product = kernelFunc({ inputs: { a: x, b: one }, attrs: {}, backend }) as tf.TensorInfo;
  backend.disposeData(one.dataId);
  return product;
}
