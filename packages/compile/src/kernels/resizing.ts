import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { KernelAttributes, Lowering, Lowerings } from "./types.js";

type Sizes4 = readonly [number, number, number, number];
type Method = "nearest" | "bilinear";

/** One axis of a resize as a matrix `[to, from]`: each row holds the weights of one output. */
function resizeMatrix(from: number, to: number, method: Method, attributes: KernelAttributes): Float32Array {
  const { alignCorners, halfPixelCenters } = attributes;
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  const matrix = new Float32Array(to * from);
  const add = (row: number, column: number, weight: number) => {
    matrix[row * from + column]! += weight;
  };
  for (let i = 0; i < to; i++) {
    const at = halfPixelCenters ? (i + 0.5) * scale - (method === "nearest" ? 0 : 0.5) : i * scale;
    if (method === "nearest") {
      const nearest = alignCorners ? Math.round(at) : Math.floor(at);
      add(i, Math.min(from - 1, Math.max(0, nearest)), 1);
    } else {
      const low = Math.max(0, Math.floor(at));
      const share = at - low;
      add(i, low, share < 0 ? 1 : 1 - share);
      if (share > 0) add(i, Math.min(from - 1, low + 1), share);
    }
  }
  return matrix;
}

/** Both axes as products with constant matrices, or with their transposes, which is the gradient. */
function resize(g: GraphBuilder, x: Value, small: Sizes4, target: Sizes4, method: Method, a: KernelAttributes): Value {
  const backward = target === small;
  const large = backward ? (x.shape as Sizes4) : target;
  const [batch, , , channels] = small;
  const matrix = (axis: 1 | 2) =>
    g.constant(resizeMatrix(small[axis], large[axis], method, a), "float32", [large[axis], small[axis]]);
  const rows = g.reshape(x, [batch, x.shape[1]!, x.shape[2]! * channels]);
  const byRows = g.matMul(raise(g, matrix(1), backward), rows); // [batch, height, width × channels]
  const columns = g.reshape(byRows, [batch * target[1], x.shape[2]!, channels]);
  const byColumns = g.matMul(raise(g, matrix(2), backward), columns);
  return g.reshape(byColumns, [batch, target[1], target[2], channels]);
}

function raise(g: GraphBuilder, matrix: Value, transposed: boolean): Value {
  const [rows, columns] = matrix.shape as [number, number];
  const turned = transposed ? g.transpose(matrix, [1, 0]) : matrix;
  return g.reshape(turned, transposed ? [1, columns, rows] : [1, rows, columns]);
}

const forward =
  (method: Method): Lowering =>
  ({ images }, attributes, g) => {
    const from = images!.shape as Sizes4;
    const [height, width] = attributes.size as [number, number];
    const [batch, , , channels] = from;
    const factors = [height / from[1], width / from[2]] as const;
    const plain = !attributes.alignCorners && factors.every(Number.isInteger);
    if (method === "nearest" && plain) {
      // Whole factors repeat pixels: [batch, h, 1, w, 1, channels] broadcast to the factors.
      const cells = g.reshape(images!, [batch, from[1], 1, from[2], 1, channels]);
      const repeated = g.expand(cells, [batch, from[1], factors[0], from[2], factors[1], channels]);
      return g.reshape(repeated, [batch, height, width, channels]);
    }
    return resize(g, images!, from, [batch, height, width, channels], method, attributes);
  };

const backward =
  (method: Method): Lowering =>
  ({ images, dy }, attributes, g) => {
    const [small, large] = [images!.shape as Sizes4, dy!.shape as Sizes4];
    const factors = [large[1] / small[1], large[2] / small[2]] as const;
    if (method === "nearest" && !attributes.alignCorners && factors.every(Number.isInteger)) {
      const cells = g.reshape(dy!, [small[0], small[1], factors[0], small[2], factors[1], small[3]]);
      return g.reduce("ReduceSum", cells, [2, 4]);
    }
    return resize(g, dy!, small, small, method, attributes);
  };

/** Resizing of images and its gradients. */
export const resizing: Lowerings = {
  ResizeNearestNeighbor: forward("nearest"),
  ResizeBilinear: forward("bilinear"),
  ResizeNearestNeighborGrad: backward("nearest"),
  ResizeBilinearGrad: backward("bilinear"),
};
