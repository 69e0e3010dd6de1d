import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fuzz } from "../conformance/fuzz/run.js";
import { useBackend } from "../src/index.js";

// `node scripts/kernel-fuzz.mjs` runs thousands; a failure names the seed that draws its case again.
describe("wasm kernels, random shapes and values", () => {
  beforeAll(() => useBackend("wasm"));

  it("agree with plain loops, stay within their memory, free what they make, and refuse what does not fit", () => {
    const { cases, failures } = fuzz(500, 1);
    expect(cases).toBe(500);
    expect(failures).toEqual([]);
  });

  it("is able to find a wrong kernel and a write beyond the end", () => {
    const shipped = tf.getKernel("Neg", "wasm")!;
    tf.unregisterKernel("Neg", "wasm");
    tf.registerKernel({
      ...shipped,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: tf.TensorInfo };
        const backend = call.backend as never as {
          makeOutput(shape: readonly number[], type: string): tf.TensorInfo;
          dataIdMap: { get(id: object): { memoryOffset: number } };
          wasm: { HEAPU8: Uint8Array };
        };
        const y = backend.makeOutput(x.shape, x.dtype);
        const size = tf.util.sizeFromShape(x.shape);
        new Float32Array(backend.wasm.HEAPU8.buffer, backend.dataIdMap.get(y.dataId).memoryOffset, size + 1).fill(7);
        return y;
      },
    });
    const { failures } = fuzz(500, 1, "neg");
    tf.unregisterKernel("Neg", "wasm");
    tf.registerKernel(shipped);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatch(/neg .*expected .* received 7; wrote outside 1 tensor/);
  });
});
