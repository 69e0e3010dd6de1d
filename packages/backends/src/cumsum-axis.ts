import * as tf from "@tensorflow/tfjs";

const repaired = new Set<string>();

/**
 * Lets running sums count axes from the end, `tf.cumsum(x, -1)`: the shipped kernels take the number as it is and give
 * wrong values or read beyond the tensor.
 */
export function repairCumsum(backend: string): void {
  const kernel = tf.getKernel("Cumsum", backend);
  if (!kernel || repaired.has(backend)) return;
  repaired.add(backend);
  tf.unregisterKernel("Cumsum", backend);
  tf.registerKernel({
    ...kernel,
    kernelFunc: (call) => {
      const { axis } = call.attrs as { axis: number };
      const rank = (call.inputs as { x: tf.TensorInfo }).x.shape.length;
      return kernel.kernelFunc({ ...call, attrs: { ...call.attrs, axis: axis < 0 ? axis + rank : axis } });
    },
  });
}
