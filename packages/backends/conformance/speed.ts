// Times kernels of ours beside the shipped ones, by turns: `node --import tsx conformance/speed.ts`. Milliseconds: mean / median / p95.
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { useBackend } from "../src/index.js";
import type { WasmBackend } from "../src/wasm/backend.js";
import type { Kernel } from "../src/wasm/kernel.js";

const ROUNDS = 60;
const WARM = 10;

interface Case {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

const values = (shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, "float32", 1);

function conv(x: number[], filter: number[], dilation = 1): Case {
  const attrs = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [dilation, dilation] };
  return { kernel: "Conv2D", inputs: { x: values(x), filter: values(filter) }, attrs };
}

function product(a: number[], b: number[]): Case {
  return {
    kernel: "BatchMatMul",
    inputs: { a: values(a), b: values(b) },
    attrs: { transposeA: false, transposeB: false },
  };
}

function sum(shape: number[]): Case {
  return { kernel: "Sum", inputs: { x: values(shape) }, attrs: { axis: [1], keepDims: false } };
}

await tf.setBackend("wasm");
const kernelOf = (name: string): Kernel => tf.getKernel(name, "wasm")!.kernelFunc as unknown as Kernel;
const names = ["Conv2D", "BatchMatMul", "Sum"];
const shipped = new Map(names.map((name) => [name, kernelOf(name)]));
await useBackend("wasm");
const backend = tf.backend() as unknown as WasmBackend;

const CASES: Readonly<Record<string, Case>> = {
  "conv 1×1, 3 → 16, 64²": conv([16, 64, 64, 3], [1, 1, 3, 16]),
  "conv 1×1, 1 → 8, 28²": conv([32, 28, 28, 1], [1, 1, 1, 8]),
  "conv 1×1, 16 → 3, 64²": conv([16, 64, 64, 16], [1, 1, 16, 3]),
  "conv 1×1, 16 → 1, 28²": conv([32, 28, 28, 16], [1, 1, 16, 1]),
  "conv 3×3, 1 → 32, 28²": conv([32, 28, 28, 1], [3, 3, 1, 32]),
  "conv 3×3, 3 → 32, 64²": conv([8, 64, 64, 3], [3, 3, 3, 32]),
  "conv 5×5, 1 → 16, 28²": conv([32, 28, 28, 1], [5, 5, 1, 16]),
  "conv 5×5, 16 → 16, 28²": conv([16, 28, 28, 16], [5, 5, 16, 16]),
  "conv 3×3 dilated, 16 → 16, 28²": conv([16, 28, 28, 16], [3, 3, 16, 16], 2),
  "512 products 4×4×4": product([512, 4, 4], [512, 4, 4]),
  "256 products 16×16×16": product([256, 16, 16], [256, 16, 16]),
  "product 1024×64×4": product([1, 1024, 64], [1, 64, 4]),
  "product 128×784×4": product([1, 128, 784], [1, 784, 4]),
  "sum of [100352, 4]": sum([100352, 4]),
  "sum of [65536, 3]": sum([65536, 3]),
  "sum of [25088, 16]": sum([25088, 16]),
};

function once(kernel: Kernel, { inputs, attrs }: Case): number {
  const start = performance.now();
  const y = [kernel({ inputs, attrs, backend })].flat();
  const elapsed = performance.now() - start;
  for (const { dataId } of y) backend.disposeData(dataId);
  return elapsed;
}

for (const [label, given] of Object.entries(CASES)) {
  const sides = [shipped.get(given.kernel)!, kernelOf(given.kernel)];
  const times: number[][] = [[], []];
  for (let i = 0; i < WARM + ROUNDS; i++) {
    for (const side of i % 2 ? [0, 1] : [1, 0]) {
      const elapsed = once(sides[side]!, given);
      if (i >= WARM) times[side]!.push(elapsed);
    }
  }
  const cells = times.map((list) => {
    list.sort((a, b) => a - b);
    const mean = list.reduce((total, time) => total + time, 0) / list.length;
    return [mean, list[ROUNDS >> 1]!, list[Math.floor(0.95 * ROUNDS)]!].map((time) => time.toFixed(2)).join(" / ");
  });
  const ratio = times[1]![ROUNDS >> 1]! / times[0]![ROUNDS >> 1]!;
  console.log(`| ${label} | ${cells.join(" | ")} | ${ratio.toFixed(2)} |`);
}
