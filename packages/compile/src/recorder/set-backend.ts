import * as tf from "@tensorflow/tfjs";

/** Sets a backend that is loaded, or whose factory is synchronous: it is set before TensorFlow.js's promise is returned. */
export function setBackendNow(name: string): void {
  // Whoever asked sees by `tf.getBackend()` whether it worked.
  tf.setBackend(name).catch(() => undefined);
}
