import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./backend.js";
import { refuse } from "./checks.js";
import { type Check, type KernelCall, replaceKernel, valuesOf } from "./kernel.js";

interface DilationAttrs {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid";
  readonly dilations: number | [number, number];
}

type Inputs = "x" | "filter";
type Backward = Inputs | "dy";

/**
 * Morphological dilation and its gradients. The shipped kernels start from the smallest positive number in the place of −∞, and so
 * lose every maximum below 0.
 */
export function replaceDilation(): void {
  replaceKernel<Inputs, DilationAttrs>("Dilation2D", fits, () => (call) => {
    const info = geometry(call);
    const y = call.backend.makeOutput(info.outShape, "float32");
    const out = valuesOf(call.backend, y);
    overMaxima(call, (at, _, __, best) => {
      out[at] = best;
    });
    return y;
  });
  for (const [name, input] of [
    ["Dilation2DBackpropInput", "x"],
    ["Dilation2DBackpropFilter", "filter"],
  ] as const) {
    replaceKernel<Backward, DilationAttrs>(name, fitsBackward, () => (call) => {
      const { inputs, backend } = call;
      const gradient = backend.makeOutput(inputs[input].shape, "float32");
      const [to, dy] = [valuesOf(backend, gradient).fill(0), valuesOf(backend, inputs.dy)];
      overMaxima(call, (at, pixel, weight) => {
        const place = input === "x" ? pixel : weight;
        if (place >= 0) to[place]! += dy[at]!;
      });
      return gradient;
    });
  }
}

const fits: Check<Inputs, DilationAttrs> = ({ inputs: { x, filter } }, name) => {
  if (x.dtype !== "float32" || filter.dtype !== "float32") {
    refuse(name, `expected float32, received ${x.dtype} and ${filter.dtype}.`);
  }
  if (x.shape.length !== 4 || filter.shape.length !== 3 || x.shape[3] !== filter.shape[2]) {
    refuse(
      name,
      `expected x of [batch, height, width, channels] and a filter of [height, width, channels], received [${x.shape.join(", ")}] and [${filter.shape.join(", ")}].`,
    );
  }
};

const fitsBackward: Check<Backward, DilationAttrs> = (call, name) => {
  fits(call, name);
  const { outShape } = geometry(call);
  const { dy } = call.inputs;
  if (dy.dtype !== "float32" || dy.shape.join() !== outShape.join()) {
    refuse(name, `expected dy of float32 [${outShape.join(", ")}], received ${dy.dtype} [${dy.shape.join(", ")}].`);
  }
};

function geometry({ inputs, attrs }: KernelCall<Inputs, DilationAttrs>) {
  return tf.backend_util.computeDilation2DInfo(
    ...[inputs.x.shape as [number, number, number, number], inputs.filter.shape as [number, number, number]],
    ...[attrs.strides, attrs.pad, "NHWC" as const, attrs.dilations],
  );
}

/** Calls back for each value of the result with the places of the first largest sum; −1 where a window meets nothing. */
function overMaxima(
  call: KernelCall<Inputs, DilationAttrs>,
  each: (at: number, pixel: number, weight: number, best: number) => void,
): void {
  const { inputs, backend } = call;
  const g = geometry(call);
  const values = (tensor: TensorInfo) => valuesOf(backend, tensor);
  const [x, filter] = [values(inputs.x), values(inputs.filter)];
  let at = 0;
  for (let n = 0; n < g.batchSize; n++) {
    for (let row = 0; row < g.outHeight; row++) {
      for (let column = 0; column < g.outWidth; column++) {
        for (let c = 0; c < g.inChannels; c++) {
          let [best, pixel, weight] = [Number.NEGATIVE_INFINITY, -1, -1];
          for (let i = 0; i < g.filterHeight; i++) {
            const y = row * g.strideHeight - g.padInfo.top + i * g.dilationHeight;
            if (y < 0 || y >= g.inHeight) continue;
            for (let j = 0; j < g.filterWidth; j++) {
              const z = column * g.strideWidth - g.padInfo.left + j * g.dilationWidth;
              if (z < 0 || z >= g.inWidth) continue;
              const [p, w] = [
                ((n * g.inHeight + y) * g.inWidth + z) * g.inChannels + c,
                (i * g.filterWidth + j) * g.inChannels + c,
              ];
              const sum = Math.fround(x[p]! + filter[w]!);
              if (sum > best || (Number.isNaN(sum) && !Number.isNaN(best))) [best, pixel, weight] = [sum, p, w];
            }
          }
          each(at++, pixel, weight, best);
        }
      }
    }
  }
}
