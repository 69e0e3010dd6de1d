import * as tf from "@tensorflow/tfjs";

/** Plain kernels, quiet: what every test of this package runs on. */
export async function useCpu(): Promise<void> {
  tf.enableProdMode();
  await tf.setBackend("cpu");
}
