import * as tf from "@tensorflow/tfjs";
import { fill, get, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { geometry, sizes, visit } from "./geometry.js";

/** Calls a kernel that operations reach in gradients only. */
function kernel(name: string, inputs: Readonly<Record<string, Nd>>, attrs: object): tf.Tensor {
  const given = Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, tensor(x)]));
  return tf.engine().runKernel(name, given, attrs as tf.NamedAttrMap) as tf.Tensor;
}

/** Largest sums of a window's values and a filter's, and what reaches both. */
const dilation: Generator = (draw) => {
  const g = geometry(draw, 2, true);
  const pad = typeof g.pad === "number" ? "valid" : g.pad;
  if (pad !== g.pad) return responses(draw);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const filter = draw.array([...sizes(g.axes, "length"), g.channels]);
  const dy = draw.array([g.batch, ...sizes(g.axes, "out"), g.channels]);
  const toInput = new Map<string, number>();
  const toFilter = new Map<string, number>();
  const add = (sums: Map<string, number>, at: readonly number[], value: number): void => {
    sums.set(at.join(), (sums.get(at.join()) ?? 0) + value);
  };
  const y = fill(dy.shape, "float32", (at) => {
    let best = Number.NEGATIVE_INFINITY;
    let [pixel, weight]: number[][] = [[], []];
    visit(g.axes, at.slice(1, -1), (tap, place) => {
      const from = [at[0]!, ...place, at[3]!];
      const with_ = [...tap, at[3]!];
      const sum = Math.fround(get(x, from) + get(filter, with_));
      if (sum > best) [best, pixel, weight] = [sum, from, with_];
    });
    add(toInput, pixel!, get(dy, at));
    add(toFilter, weight!, get(dy, at));
    return best;
  });
  const d = g.axes[0]!.dilation;
  const attrs = { strides: sizes(g.axes, "stride"), pad, dilations: [d, d] };
  const which = draw.pick(["Dilation2D", "Dilation2DBackpropInput", "Dilation2DBackpropFilter"]);
  const expected =
    which === "Dilation2D"
      ? y
      : which === "Dilation2DBackpropInput"
        ? fill(x.shape, "float32", (at) => toInput.get(at.join()) ?? 0)
        : fill(filter.shape, "float32", (at) => toFilter.get(at.join()) ?? 0);
  const inputs: Readonly<Record<string, Nd>> = which === "Dilation2D" ? { x, filter } : { x, filter, dy };
  return { name: `${which} ${g.label}`, run: () => kernel(which, inputs, attrs), expected, tolerance: FLOAT };
};

/** Local response normalisation over channels, and its gradient. */
const responses: Generator = (draw) => {
  const x = draw.array([draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 7)]);
  const dy = draw.array(x.shape);
  const [radius, bias, alpha, beta] = [draw.integer(0, 4), draw.pick([1, 2]), draw.pick([0.5, 1]), draw.pick([0.5, 1])];
  const channels = x.shape[3]!;
  const near = (c: number): number[] => [...Array(channels).keys()].filter((k) => Math.abs(k - c) <= radius);
  const norm = (at: readonly number[], c: number): number =>
    bias + alpha * near(c).reduce((sum, k) => sum + get(x, [...at.slice(0, 3), k]) ** 2, 0);
  const y = fill(x.shape, "float32", (at) => get(x, at) * norm(at, at[3]!) ** -beta);
  const dx = fill(x.shape, "float32", (at) => {
    const own = get(dy, at) * norm(at, at[3]!) ** -beta;
    return near(at[3]!).reduce((sum, c) => {
      const there = [...at.slice(0, 3), c];
      return sum - 2 * alpha * beta * get(x, at) * get(dy, there) * get(x, there) * norm(at, c) ** (-beta - 1);
    }, own);
  });
  const attrs = { depthRadius: radius, bias, alpha, beta };
  const back = draw.chance(0.5);
  return {
    name: `LRN${back ? "Grad" : ""} [${x.shape}], radius ${radius}, beta ${beta}`,
    run: () =>
      back
        ? kernel("LRNGrad", { x, y, dy }, attrs)
        : tf.localResponseNormalization(tensor<tf.Rank.R4>(x), radius, bias, alpha, beta),
    expected: back ? dx : y,
    tolerance: FLOAT,
  };
};

/** Gradient of nearest-neighbour and bilinear resizing: weights from the forward pass of each single pixel. */
const resizingGradient: Generator = (draw) => {
  const images = draw.array([draw.integer(1, 2), draw.integer(1, 5), draw.integer(1, 5), draw.integer(1, 3)]);
  const dy = draw.array([images.shape[0]!, draw.integer(1, 7), draw.integer(1, 7), images.shape[3]!]);
  const [corners, linear] = [draw.chance(0.5), draw.chance(0.5)];
  const sources = (i: number, input: number, output: number): [number, number][] => {
    const at = i * (corners && output > 1 ? (input - 1) / (output - 1) : input / output);
    if (!linear) return [[Math.min(input - 1, corners ? Math.round(at + 1e-9) : Math.floor(at + 1e-9)), 1]];
    const low = Math.floor(at + 1e-9);
    return [
      [low, 1 - (at - low)],
      [Math.min(input - 1, low + 1), at - low],
    ];
  };
  const sums = new Map<string, number>();
  fill(dy.shape, "float32", (at) => {
    const [n, i, j, c] = at as [number, number, number, number];
    for (const [row, p] of sources(i, images.shape[1]!, dy.shape[1]!)) {
      for (const [column, q] of sources(j, images.shape[2]!, dy.shape[2]!)) {
        const key = [n, row, column, c].join();
        sums.set(key, (sums.get(key) ?? 0) + p * q * get(dy, at));
      }
    }
    return 0;
  });
  const name = linear ? "ResizeBilinearGrad" : "ResizeNearestNeighborGrad";
  return {
    name: `${name} [${dy.shape}] for [${images.shape}], corners ${corners}`,
    run: () => kernel(name, { dy, images }, { alignCorners: corners }),
    expected: fill(images.shape, "float32", (at) => sums.get(at.join()) ?? 0),
    tolerance: FLOAT,
  };
};

/** Operations on neighbouring values, and gradient kernels of theirs. */
export const local: readonly Generator[] = [dilation, dilation, responses, resizingGradient];
