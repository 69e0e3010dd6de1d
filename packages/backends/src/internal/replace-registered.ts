import * as tf from "@tensorflow/tfjs";

/** Puts a kernel in the place of a registered one, which `make` receives; nothing where the backend has none of that name. */
export function replaceRegistered(
  name: string,
  backend: string,
  make: (shipped: tf.KernelFunc) => tf.KernelFunc,
): void {
  const shipped = tf.getKernel(name, backend);
  if (!shipped) return;
  tf.unregisterKernel(name, backend);
  tf.registerKernel({ ...shipped, kernelFunc: make(shipped.kernelFunc) });
}
