import { type Batch, random, type StepProgram } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { CompiledStep } from "../src/executor/compiled.js";
import { lowerings } from "../src/kernels/index.js";
import { optimize } from "../src/passes/optimize.js";
import { recordStep } from "../src/recorder/record.js";
import { loadRuntime, type Runtime } from "../src/runtime/load.js";
import { StateStore } from "../src/runtime/store.js";

let runtime: Runtime;
const covered = new Set<string>();

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  runtime = await loadRuntime({ provider: "cpu", threads: 1, runtime: undefined });
});

type Body = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Seeded sizes, different in every call. */
const sizes = random(11);
const size = (low: number, high: number): number => low + sizes.integer(high - low + 1);

function normal(...shape: number[]): tf.Tensor {
  return random(sizes.integer(1e6)).normal(shape);
}

function uniform(low: number, high: number, ...shape: number[]): tf.Tensor {
  return random(sizes.integer(1e6)).uniform(shape, low, high);
}

/**
 * Runs a function eagerly and as a graph, with and without passes, and compares all results. The results of kernels are
 * assigned to variables, which is how a graph gives tensors.
 */
async function expectSame(body: Body, inputs: tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const expected = tf.tidy(() => [body(...inputs)].flat());
  const results = expected.map((tensor) => tf.variable(tf.zerosLike(tensor)));
  const program: StepProgram = {
    name: "kernel",
    variables: results,
    run: (batch: Batch) =>
      tf.tidy(() => {
        [body(...Object.values(batch))].flat().forEach((tensor, i) => {
          results[i]!.assign(tensor);
        });
        return {};
      }),
  };
  const batch = Object.fromEntries(inputs.map((tensor, i) => [`i${i}`, tensor]));
  const { graph, trace, draws } = await recordStep(program, batch);
  for (const { kernel } of trace) covered.add(kernel);
  for (const prepared of [graph, optimize(graph)]) {
    const step = await CompiledStep.create(program, prepared, draws, new StateStore(runtime.ort), runtime);
    const values = await (await step.attempt(batch, random(1), 0)).values();
    for (const [i, variable] of results.entries()) {
      const [actual, wanted] = [values.get(variable) ?? (await variable.data()), await expected[i]!.data()];
      let worst = 0;
      for (let k = 0; k < wanted.length; k++) {
        const [a, b] = [Number(actual[k]), Number(wanted[k])];
        if (Number.isNaN(b) ? Number.isNaN(a) : a === b) continue;
        worst = Math.max(worst, Math.abs(a - b) / (1 + Math.abs(b)) || Number.POSITIVE_INFINITY);
      }
      expect(worst, `result ${i} of shape [${expected[i]!.shape}]`).toBeLessThanOrEqual(tolerance);
    }
    await step.dispose();
  }
  tf.dispose([expected, results, inputs] as never);
}

/** The function and its gradient with respect to every input, weighted so that no direction is special. */
async function expectSameWithGradient(body: Body, inputs: tf.Tensor[], tolerance = 2e-5): Promise<void> {
  const weights = tf.tidy(() => [body(...inputs)].flat().map((tensor) => normal(...tensor.shape)));
  const total = (...tensors: tf.Tensor[]): tf.Scalar =>
    tf.addN([body(...tensors)].flat().map((tensor, i) => tf.sum(tf.mul(tensor, weights[i]!)))) as tf.Scalar;
  await expectSame((...tensors) => [...[body(...tensors)].flat(), ...tf.grads(total)(tensors)], inputs, tolerance);
  tf.dispose(weights);
}

describe("elementwise kernels", () => {
  const smooth: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    abs: tf.abs,
    neg: tf.neg,
    exp: tf.exp,
    expm1: tf.expm1,
    square: tf.square,
    sin: tf.sin,
    cos: tf.cos,
    tanh: tf.tanh,
    sinh: tf.sinh,
    cosh: tf.cosh,
    atan: tf.atan,
    asinh: tf.asinh,
    erf: tf.erf,
    sigmoid: tf.sigmoid,
    softplus: tf.softplus,
    relu: tf.relu,
    relu6: (x) => tf.relu6(tf.mul(x, 4)),
    elu: tf.elu,
    selu: tf.selu,
    leakyRelu: (x) => tf.leakyRelu(x, 0.2),
    clip: (x) => tf.clipByValue(x, -0.5, 0.7),
    step: (x) => tf.step(x, 0.3),
    sign: tf.sign,
    floor: tf.floor,
    ceil: tf.ceil,
    round: tf.round,
    "cast to int32": (x) => tf.cast(tf.mul(x, 3), "int32"),
    "isNaN and others": (x) => tf.stack([tf.isNaN(x), tf.isInf(x), tf.isFinite(tf.div(x, 0))]),
  };
  for (const [name, op] of Object.entries(smooth)) {
    it(name, async () => {
      const x = normal(size(1, 5), size(1, 7));
      const differentiable = !/step|sign|floor|ceil|round|cast|isNaN/.test(name);
      await (differentiable ? expectSameWithGradient(op, [x]) : expectSame(op, [x]));
    });
  }
  it("sigmoid keeps its relative precision where it is tiny, as a confident discriminator needs", () =>
    expectSame((x) => tf.log(tf.sigmoid(x)), [uniform(-80, -5, 40)], 1e-6));
  it("leakyRelu and prelu of scaled values, zeros among them, keep finite slopes", () =>
    expectSameWithGradient(
      (x, scale) => {
        const scaled = tf.mul(tf.relu(x), scale);
        return [tf.leakyRelu(tf.mul(tf.relu(x), 4), 0.2), tf.leakyRelu(scaled, 0.2), tf.prelu(scaled, tf.scalar(0.1))];
      },
      [normal(4, 9), tf.scalar(2.5)],
    ));
  const positive: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    log: tf.log,
    log1p: tf.log1p,
    sqrt: tf.sqrt,
    rsqrt: tf.rsqrt,
    reciprocal: tf.reciprocal,
    tan: tf.tan,
    asin: tf.asin,
    acos: tf.acos,
    atanh: tf.atanh,
    acosh: (x) => tf.acosh(tf.add(x, 1.2)),
  };
  for (const [name, op] of Object.entries(positive)) {
    it(name, () => expectSameWithGradient(op, [uniform(0.1, 0.9, size(1, 5), size(1, 7))], 1e-4));
  }
  const pairs: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
  };
  for (const [name, op] of Object.entries(pairs)) {
    it(`${name}, broadcast`, async () => {
      const [n, m] = [size(2, 4), size(2, 6)];
      await expectSameWithGradient(op, [normal(n, m), normal(n, m)]);
      // TensorFlow.js's own gradients of these three do not know broadcasting.
      const run = /imum|squared/.test(name) ? expectSame : expectSameWithGradient;
      await run(op, [normal(n, m), normal(m)], 1e-4);
      await run(op, [normal(n, 1), normal(3, 1, m)], 1e-4);
      await run(op, [normal(), normal(n, m)], 1e-4);
    });
  }
  it("pow, floorDiv, mod", async () => {
    const [a, b] = [uniform(0.5, 2, 3, 4), uniform(0.5, 2, 4)];
    await expectSameWithGradient((x, y) => tf.pow(x, y), [a, b], 1e-4);
    await expectSame((x, y) => [tf.floorDiv(x, y), tf.mod(x, y)], [normal(3, 4), uniform(0.5, 2, 4)]);
    const whole = (low: number) => tf.cast(uniform(low, 9, 5), "int32");
    await expectSame((x, y) => [tf.floorDiv(x, y), tf.add(x, y), tf.mul(x, y), tf.sub(x, y)], [whole(-9), whole(1)]);
  });
  it("comparisons and logic", () =>
    expectSame(
      (x, y) => {
        const [less, greater] = [tf.less(x, y), tf.greater(x, 0)];
        return [
          tf.logicalAnd(less, greater),
          tf.logicalOr(less, greater),
          tf.logicalNot(less),
          tf.lessEqual(x, y),
          tf.greaterEqual(x, y),
          tf.equal(x, x),
          tf.notEqual(x, y),
          tf.where(less, x, y),
          tf.cast(less, "float32"),
          tf.all(less, 1),
          tf.any(less),
          tf.sum(tf.cast(less, "int32")),
        ];
      },
      [normal(3, 4), normal(3, 4)],
    ));
  it("where with a vector of conditions, addN, prelu", async () => {
    const select = (c: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
      tf.engine().runKernel("Select", { condition: c, t: a, e: b }) as tf.Tensor;
    await expectSame(select, [tf.tensor1d([1, 0, 1], "bool"), normal(3), normal(3)]);
    await expectSameWithGradient((a, b) => tf.addN([a, b, a]), [normal(2, 3), normal(2, 3)]);
    await expectSameWithGradient((x, a) => tf.prelu(x, a), [normal(4, 3), uniform(0.1, 0.3, 3)]);
  });
});

describe("reductions", () => {
  const reductions = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min, prod: tf.prod };
  for (const [name, reduction] of Object.entries(reductions)) {
    it(name, async () => {
      const x = () => normal(size(2, 3), size(2, 4), size(2, 3));
      const op = reduction as (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor;
      const run = name === "prod" ? expectSame : expectSameWithGradient;
      await run((t) => op(t), [x()]);
      await run((t) => [op(t, 1), op(t, [0, 2]), op(t, -1, true)], [x()]);
    });
  }
  it("argMax, argMin, logSumExp, moments", async () => {
    await expectSame((x) => [tf.argMax(x, 1), tf.argMin(x), tf.argMax(x, -1)], [normal(3, 5)]);
    await expectSameWithGradient((x) => [tf.logSumExp(x, 1), tf.moments(x, [0]).variance], [normal(3, 5)]);
  });
  it("topk", async () => {
    await expectSame((x) => [tf.topk(x, 2).values, tf.topk(x, 2).indices], [normal(3, 5)]);
    await expectSame((x) => tf.topk(x).values, [normal(6)]);
  });
  it("softmax, logSoftmax, cumsum", async () => {
    await expectSameWithGradient((x) => [tf.softmax(x), tf.logSoftmax(x)], [normal(3, 5)]);
    await expectSameWithGradient((x) => tf.cumsum(x, 1), [normal(3, 5)]);
    await expectSame((x) => [tf.cumsum(x, 0, true, true), tf.cumsum(x, 1, true)], [normal(3, 5)]);
  });
});

describe("matrix products", () => {
  it("of matrices and stacks, transposed or not", async () => {
    const [n, k, m] = [size(2, 5), size(2, 5), size(2, 5)];
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const a = () => (ta ? [k, n] : [n, k]);
      const b = () => (tb ? [m, k] : [k, m]);
      await expectSameWithGradient((x, y) => tf.matMul(x, y, ta, tb), [normal(...a()), normal(...b())]);
      await expectSameWithGradient((x, y) => tf.matMul(x, y, ta, tb), [normal(3, ...a()), normal(3, ...b())]);
      await expectSame((x, y) => tf.matMul(x, y, ta, tb), [normal(3, ...a()), normal(1, ...b())]);
    }
  });
  it("fused with bias and activation, einsum", async () => {
    for (const activation of ["linear", "relu", "elu", "sigmoid", "relu6"] as const) {
      await expectSame(
        (a, b, bias) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation }),
        [normal(3, 4), normal(4, 5), normal(5)],
      );
    }
    await expectSame((a, b) => tf.einsum("bij,bjk->bik", a, b), [normal(2, 3, 4), normal(2, 4, 5)]);
  });
});

describe("shaping", () => {
  it("reshape, transpose, expandDims, squeeze", () =>
    expectSameWithGradient(
      (x) => [tf.reshape(x, [-1, 2]), tf.transpose(x, [2, 0, 1]), tf.expandDims(x, 1), tf.squeeze(tf.expandDims(x, 0))],
      [normal(3, 4, 2)],
    ));
  it("concat, stack, unstack, split", async () => {
    await expectSameWithGradient((a, b) => [tf.concat([a, b], 1), tf.concat([a, b], -1)], [normal(3, 2), normal(3, 2)]);
    await expectSameWithGradient((a, b) => [tf.stack([a, b]), tf.stack([a, b], 1)], [normal(3, 2), normal(3, 2)]);
    await expectSameWithGradient((a) => tf.unstack(a, 1), [normal(3, 4)]);
    await expectSameWithGradient((a) => [...tf.split(a, 2, 1), ...tf.split(a, [1, 3], 1)], [normal(3, 4)]);
  });
  it("slice, stridedSlice, pad, mirrorPad", async () => {
    await expectSameWithGradient((a) => tf.slice(a, [1, 2], [-1, 3]), [normal(3, 6)]);
    await expectSame((a) => tf.stridedSlice(a, [0, 1], [3, 6], [2, 2]), [normal(3, 6)]);
    await expectSameWithGradient(
      (a) =>
        tf.pad(
          a,
          [
            [1, 0],
            [2, 3],
          ],
          0.5,
        ),
      [normal(3, 6)],
    );
    const edges = (...amounts: [number, number][]) => amounts;
    await expectSameWithGradient((a) => tf.mirrorPad(a, edges([1, 0], [2, 2]), "reflect"), [normal(3, 6)]);
    await expectSameWithGradient((a) => tf.mirrorPad(a, edges([1, 2], [0, 6]), "symmetric"), [normal(3, 6)]);
  });
  it("stridedSlice backwards", () =>
    expectSame(
      (a) => [tf.stridedSlice(a, [2, 0], [0, 6], [-1, 2]), tf.stridedSlice(a, [0, 5], [3, -7], [1, -2])],
      [normal(3, 6)],
    ));
  it("blocks to batches and back, depthToSpace, flipLeftRight", async () => {
    const [height, width, channels] = [2 * size(1, 3), 3 * size(1, 3), size(1, 3)];
    const image = () => normal(2, height, width, channels);
    await expectSameWithGradient(
      (x) =>
        tf.spaceToBatchND(
          x,
          [2, 3],
          [
            [1, 1],
            [0, 3],
          ],
        ),
      [image()],
    );
    await expectSameWithGradient(
      (x) =>
        tf.batchToSpaceND(
          x,
          [2, 3],
          [
            [0, 1],
            [1, 1],
          ],
        ),
      [normal(12, size(2, 4), size(2, 4), channels)],
    );
    await expectSame((x) => tf.depthToSpace(x as tf.Tensor4D, 2, "NHWC"), [normal(2, 3, size(2, 4), 4 * channels)]);
    await expectSame((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [image()]);
  });
  it("tile, broadcastTo, reverse", async () => {
    await expectSameWithGradient((a) => [tf.tile(a, [2, 3]), tf.reverse(a, 1)], [normal(2, 3)]);
    await expectSameWithGradient((a) => tf.broadcastTo(a, [4, 2, 3]), [normal(1, 3)]);
  });
  it("gather and its gradient, oneHot", async () => {
    const indices = () => tf.tensor1d([2, 0, 2, 1], "int32");
    const i = indices();
    await expectSame(
      (x, at) => [tf.gather(x, at as tf.Tensor1D), tf.gather(x, at as tf.Tensor1D, 1)],
      [normal(3, 4), indices()],
    );
    await expectSameWithGradient((x) => tf.gather(x, i), [normal(3, 4)]);
    await expectSame((x) => tf.unsortedSegmentSum(x, i, 3), [normal(4, 2)]);
    await expectSame((at) => tf.oneHot(at as tf.Tensor1D, 5, 0.9, 0.1), [indices()]);
  });
  it("fills and ranges", () =>
    expectSame(
      (x) => [
        tf.add(x, tf.fill([2, 3], 7)),
        tf.add(x, tf.ones([2, 3])),
        tf.mul(tf.onesLike(x), tf.zerosLike(x)),
        tf.range(0, 5, 2),
      ],
      [normal(2, 3)],
    ));
});

describe("convolutions", () => {
  for (const [kernel, strides, pad, dilations] of [
    [3, 1, "same", 1],
    [4, 2, "same", 1],
    [3, 2, "valid", 1],
    [3, 1, "valid", 2],
    [2, 3, "same", 1],
    [5, 2, "same", 1],
    [1, 1, "same", 1],
  ] as const) {
    it(`conv2d, kernel ${kernel}, stride ${strides}, ${pad}, dilation ${dilations}`, async () => {
      const [height, width, channels, filters] = [size(6, 9), size(6, 9), size(1, 4), size(1, 5)];
      const inputs = (): tf.Tensor[] => [normal(2, height, width, channels), normal(kernel, kernel, channels, filters)];
      const conv: Body = (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, strides, pad, "NHWC", dilations);
      await (dilations === 1 ? expectSameWithGradient(conv, inputs(), 5e-5) : expectSame(conv, inputs()));
    });
    if (dilations !== 1) continue;
    it(`conv2dTranspose, kernel ${kernel}, stride ${strides}, ${pad}`, async () => {
      const [n, channels, filters] = [size(3, 5), size(1, 4), size(1, 3)];
      const output = pad === "same" ? n * strides : (n - 1) * strides + kernel;
      await expectSameWithGradient(
        (x, f) => tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, [2, output, output, filters], strides, pad),
        [normal(2, n, n, channels), normal(kernel, kernel, filters, channels)],
        5e-5,
      );
    });
    it(`depthwiseConv2d, kernel ${kernel}, stride ${strides}, ${pad}`, () =>
      expectSameWithGradient(
        (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, strides, pad),
        [normal(2, 7, 6, 3), normal(kernel, kernel, 3, 2)],
        5e-5,
      ));
  }
  it("conv2d with bias and activation in one kernel", async () => {
    await expectSame(
      (x, filter, bias) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 2,
          pad: "same",
          bias,
          activation: "relu",
        }),
      [normal(2, 6, 5, 3), normal(3, 3, 3, 4), normal(4)],
    );
    await expectSame(
      (x, filter, bias) =>
        tf.fused.depthwiseConv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: "same", bias }),
      [normal(2, 6, 5, 3), normal(3, 3, 3, 1), normal(3)],
    );
  });
  it("second derivatives of conv2d and dense", () =>
    expectSame(
      (x, f) => {
        const critic = (image: tf.Tensor) =>
          tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, f as tf.Tensor4D, 2, "same")));
        const penalty = (filter: tf.Tensor) =>
          tf.sum(
            tf.square(
              tf.grad((image) => tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 2, "same"))))(
                x,
              ),
            ),
          );
        return [tf.grad(critic)(x), tf.grad(penalty)(f)];
      },
      [normal(2, 6, 6, 2), normal(3, 3, 2, 3)],
      1e-4,
    ));
});

describe("pooling, resizing, normalisation", () => {
  for (const [window, strides, pad] of [
    [2, 2, "valid"],
    [3, 2, "same"],
    [2, 1, "same"],
    [3, 3, "valid"],
  ] as const) {
    it(`maxPool and avgPool, ${window}, stride ${strides}, ${pad}`, () =>
      expectSameWithGradient(
        (x) => [tf.maxPool(x as tf.Tensor4D, window, strides, pad), tf.avgPool(x as tf.Tensor4D, window, strides, pad)],
        [normal(2, size(5, 8), size(5, 8), 3)],
      ));
  }
  for (const [height, width] of [
    [10, 12],
    [7, 9],
    [3, 4],
  ] as const) {
    it(`resizeNearestNeighbor and resizeBilinear to ${height} × ${width}`, async () => {
      const x = () => normal(2, 5, 6, 3);
      const image = (t: tf.Tensor) => t as tf.Tensor4D;
      await expectSame((t) => tf.image.resizeNearestNeighbor(image(t), [height, width]), [x()]);
      await expectSame((t) => tf.image.resizeBilinear(image(t), [height, width]), [x()]);
      // One square image: TensorFlow.js mixes up batches and sides in these two gradients.
      await expectSameWithGradient(
        (t) => tf.image.resizeNearestNeighbor(image(t), [height, width]),
        [normal(1, 5, 6, 3)],
      );
      await expectSameWithGradient((t) => tf.image.resizeBilinear(image(t), [height, height]), [normal(1, 5, 5, 3)]);
      await expectSame((t) => tf.image.resizeBilinear(image(t), [height, width], false, true), [x()]);
      await expectSame((t) => tf.image.resizeBilinear(image(t), [height, width], true), [x()]);
    });
  }
  it("batchNorm", () =>
    expectSameWithGradient(
      (x, offset, scale) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        return tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-3,
        );
      },
      [normal(3, 4, 4, 5), normal(5), normal(5)],
      1e-4,
    ));
});

it("every lowering is tested", () => {
  expect(Object.keys(lowerings).filter((kernel) => !covered.has(kernel))).toEqual([]);
});
