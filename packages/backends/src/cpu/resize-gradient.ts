import * as tf from "@tensorflow/tfjs";

interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array } };
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

interface Call {
  readonly inputs: Readonly<Record<"dy" | "images", tf.TensorInfo>>;
  readonly attrs: { readonly alignCorners: boolean };
  readonly backend: CpuBackend;
}

type Shape4D = [number, number, number, number];

/**
 * Replaces the JavaScript backend's gradient of nearest-neighbour resizing (`tf.layers.upSampling2d`), which reads the
 * gradient of the wrong image for every example of a batch but the first.
 */
export function correctCpuResizeGradient(): void {
  const name = "ResizeNearestNeighborGrad";
  tf.unregisterKernel(name, "cpu");
  tf.registerKernel({ kernelName: name, backendName: "cpu", kernelFunc: resizeGradient as never });
}

function resizeGradient({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { dy, images } = inputs;
  const [batch, inHeight, inWidth, depth] = images.shape as Shape4D;
  const [, outHeight, outWidth] = dy.shape as Shape4D;
  const from = backend.data.get(dy.dataId).values;
  const out = new Float32Array(batch * inHeight * inWidth * depth);
  const rows = sources(inHeight, outHeight, attrs.alignCorners);
  const columns = sources(inWidth, outWidth, attrs.alignCorners);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (const row of rows) {
      for (const column of columns) {
        const to = ((n * inHeight + row) * inWidth + column) * depth;
        for (let c = 0; c < depth; c++) out[to + c]! += from[at++]!;
      }
    }
  }
  return backend.makeTensorInfo(images.shape, "float32", out);
}

/** The input position that each output position shows. */
function sources(input: number, output: number, alignCorners: boolean): number[] {
  const scale = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  return Array.from({ length: output }, (_, i) =>
    Math.min(input - 1, alignCorners ? Math.round(i * scale) : Math.floor(i * scale)),
  );
}
