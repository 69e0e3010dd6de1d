import * as tf from "@tensorflow/tfjs";
import { count, fill, get, type Nd, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { filterGradient } from "./convolutions.js";
import { geometry, sizes, visit } from "./geometry.js";

/** Calls a kernel that operations of one name reach in some cases only. */
function kernel(name: string, inputs: Readonly<Record<string, Nd>>, attrs: object = {}): tf.Tensor {
  const given = Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, tensor(x)]));
  return tf.engine().runKernel(name, given, attrs as never) as tf.Tensor;
}

const poolGradient: Generator = (draw) => {
  const rank = draw.pick([2, 3]);
  const g = geometry(draw, rank, false);
  const largest = draw.chance(0.5);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const dy = draw.array([g.batch, ...sizes(g.axes, "out"), g.channels]);
  const sums = new Map<string, number>();
  const add = (at: readonly number[], value: number): void => {
    sums.set(at.join(), (sums.get(at.join()) ?? 0) + value);
  };
  fill(dy.shape, "float32", (at) => {
    const met: number[][] = [];
    visit(g.axes, at.slice(1, -1), (_, place) => met.push([at[0]!, ...place, at.at(-1)!]));
    const best = Math.max(...met.map((place) => get(x, place)));
    const first = met.find((place) => get(x, place) === best);
    if (largest && first) add(first, get(dy, at));
    // Divided by the window's size, also where a part of it lies beyond the image.
    if (!largest) for (const place of met) add(place, get(dy, at) / count(sizes(g.axes, "length")));
    return 0;
  });
  const name = `${largest ? "Max" : "Avg"}Pool${rank === 3 ? "3D" : ""}Grad`;
  const attrs = { filterSize: sizes(g.axes, "length"), strides: sizes(g.axes, "stride"), pad: g.pad };
  return {
    name: `${name} ${g.label}, [${x.shape}]`,
    run: () => kernel(name, largest ? { dy, input: x, output: dy } : { dy, input: x }, attrs),
    expected: fill(x.shape, "float32", (at) => sums.get(at.join()) ?? 0),
    tolerance: FLOAT,
  };
};

const volumeFilter: Generator = (draw) => {
  const g = geometry(draw, 3, false);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const dy = draw.array([g.batch, ...sizes(g.axes, "out"), draw.integer(1, 5)]);
  const filterShape = [...sizes(g.axes, "length"), g.channels, dy.shape.at(-1)!];
  const attrs = { strides: sizes(g.axes, "stride"), pad: g.pad, filterShape };
  return {
    name: `Conv3DBackpropFilterV2 ${g.label}`,
    run: () => kernel("Conv3DBackpropFilterV2", { x, dy }, attrs),
    expected: filterGradient(g, x, dy, filterShape),
    tolerance: FLOAT,
  };
};

const depthwiseGradients: Generator = (draw) => {
  const g = geometry(draw, 2, true);
  const multiplier = draw.integer(1, 3);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const w = draw.array([...sizes(g.axes, "length"), g.channels, multiplier]);
  const dy = draw.array([g.batch, ...sizes(g.axes, "out"), g.channels * multiplier]);
  const toInput = draw.chance(0.5);
  const sums = new Map<string, number>();
  fill(dy.shape, "float32", (at) => {
    const [c, m] = [Math.floor(at[3]! / multiplier), at[3]! % multiplier];
    visit(g.axes, at.slice(1, -1), (tap, place) => {
      const [pixel, weight] = [
        [at[0]!, ...place, c],
        [...tap, c, m],
      ];
      const key = (toInput ? pixel : weight)!.join();
      sums.set(key, (sums.get(key) ?? 0) + get(dy, at) * (toInput ? get(w, weight!) : get(x, pixel!)));
    });
    return 0;
  });
  const attrs = { strides: sizes(g.axes, "stride"), pad: g.pad, dilations: g.axes[0]!.dilation };
  const name = `DepthwiseConv2dNativeBackprop${toInput ? "Input" : "Filter"}`;
  return {
    name: `${name} ${g.label}`,
    run: () =>
      toInput
        ? kernel(name, { dy, filter: w }, { ...attrs, inputShape: x.shape })
        : kernel(name, { x, dy }, { ...attrs, filterShape: w.shape }),
    expected: fill(toInput ? x.shape : w.shape, "float32", (at) => sums.get(at.join()) ?? 0),
    tolerance: FLOAT,
  };
};

const places: Generator = (draw) => {
  const g = geometry(draw, 2, false);
  const x = draw.array([g.batch, ...sizes(g.axes, "size"), g.channels]);
  const [h, w] = sizes(g.axes, "size") as [number, number];
  const shape = [g.batch, ...sizes(g.axes, "out"), g.channels];
  const whole = draw.chance(0.5);
  const best = (at: readonly number[]): [number, number] => {
    const met: [number, number][] = [];
    visit(g.axes, at.slice(1, -1), (_, [y, z]) => {
      const index = (((whole ? at[0]! * h : 0) + y!) * w + z!) * g.channels + at[3]!;
      met.push([get(x, [at[0]!, y!, z!, at[3]!]), index]);
    });
    const largest = Math.max(...met.map(([value]) => value));
    return met.find(([value]) => value === largest) ?? [Number.NEGATIVE_INFINITY, -1];
  };
  const [window, stride] = [sizes(g.axes, "length") as [number, number], sizes(g.axes, "stride") as [number, number]];
  return {
    name: `maxPoolWithArgmax ${g.label}, [${x.shape}]`,
    run: () => {
      const { result, indexes } = tf.maxPoolWithArgmax(tensor<tf.Rank.R4>(x), window, stride, g.pad, whole);
      return [result!, indexes!];
    },
    expected: [fill(shape, "float32", (at) => best(at)[0]), fill(shape, "int32", (at) => best(at)[1])],
  };
};

const plain: Generator = (draw) => {
  const x = draw.array(draw.shape(draw.integer(1, 3)));
  const dy = draw.array(x.shape);
  const [a, b] = [draw.array(x.shape, "int32"), draw.array(x.shape, "int32")];
  const at = (nd: Nd, rule: (i: number) => number, dtype: Nd["dtype"] = "float32"): Nd => ({
    ...{ shape: nd.shape, dtype },
    values: nd.values.map((_, i) => rule(i)),
  });
  return draw.pick([
    {
      name: `EluGrad [${x.shape}]`,
      run: () => kernel("EluGrad", { dy, y: x }),
      expected: at(x, (i) => dy.values[i]! * (x.values[i]! >= 0 ? 1 : x.values[i]! + 1)),
      tolerance: FLOAT,
    },
    {
      name: `BitwiseAnd [${a.shape}]`,
      run: () => kernel("BitwiseAnd", { a, b }),
      expected: at(a, (i) => a.values[i]! & b.values[i]!, "int32"),
    },
    { name: `OnesLike [${x.shape}]`, run: () => kernel("OnesLike", { x }), expected: at(x, () => 1) },
    { name: `ZerosLike [${x.shape}]`, run: () => kernel("ZerosLike", { x }), expected: at(x, () => 0) },
    {
      name: `Diag [${x.values.length}]`,
      run: () => tf.diag(tf.reshape(tensor(x), [-1])),
      expected: fill([x.values.length, x.values.length], "float32", ([i, j]) => (i === j ? x.values[i!]! : 0)),
    },
  ]);
};

const update: Generator = (draw) => {
  const x = draw.array(draw.shape(2, 5));
  const rows = draw.permutation(x.shape[0]!).slice(0, draw.integer(1, x.shape[0]!));
  const updates = draw.array([rows.length, x.shape[1]!]);
  const indices: Nd = { shape: [rows.length, 1], dtype: "int32", values: rows };
  return {
    name: `tensorScatterUpdate [${x.shape}], ${rows.length} rows`,
    run: () => tf.tensorScatterUpdate(tensor(x), tensor(indices), tensor(updates)),
    expected: fill(x.shape, "float32", ([i, j]) =>
      rows.includes(i!) ? get(updates, [rows.indexOf(i!), j!]) : get(x, [i!, j!]),
    ),
  };
};

const sorted: Generator = (draw) => {
  const [rows, n, m] = [draw.integer(1, 3), draw.integer(1, 6), draw.integer(1, 4)] as const;
  const line = () => [...draw.array([n]).values].sort((p, q) => p - q);
  const lines = Array.from({ length: rows }, line);
  const values = draw.array([rows, m]);
  const right = draw.chance(0.5);
  const sequence: Nd = { shape: [rows, n], dtype: "float32", values: lines.flat() };
  const before = (edge: number, value: number): boolean => (right ? edge <= value : edge < value);
  return {
    name: `searchSorted [${rows},${n}] [${values.shape}] ${right ? "right" : "left"}`,
    run: () => tf.searchSorted(tensor(sequence), tensor(values), right ? "right" : "left"),
    expected: fill(
      values.shape,
      "int32",
      ([i, j]) => lines[i!]!.filter((v) => before(v, get(values, [i!, j!]))).length,
    ),
  };
};

/** Kernels that operations reach in some cases only. */
export const kernels: readonly Generator[] = [
  poolGradient,
  volumeFilter,
  depthwiseGradients,
  places,
  plain,
  plain,
  update,
  sorted,
];
