import "@tensorflow/tfjs-backend-wasm";
import { linearProbe, manifoldPrecision, principalComponents, psnr, ssim } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import images from "./fixtures/images.json" with { type: "json" };
import algebra from "./fixtures/linear-algebra.json" with { type: "json" };
import probe from "./fixtures/linear-probe.json" with { type: "json" };
import sets from "./fixtures/manifold.json" with { type: "json" };

/** The other tests run on cpu; these are the functions that use more of a backend than sums and slices. */
describe("metrics on wasm", () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend("wasm");
  });

  it("compare images as scipy does", async () => {
    for (const { shape, peak, deviation, windowSize, x, y, ...expected } of images) {
      const [a, b] = [tf.tensor(x, shape), tf.tensor(y, shape)];
      const similarity = await ssim(a, b, { peak, deviation, windowSize }).data();
      const ratio = await psnr(a, b, { peak }).data();
      expected.ssim.forEach((value, i) => {
        expect(Math.abs(similarity[i]! - value)).toBeLessThan(1e-4);
        expect(Math.abs(ratio[i]! - expected.psnr[i]!)).toBeLessThan(1e-4);
      });
    }
  });

  it("find components, classes and neighbours as numpy and torch do", async () => {
    const { variances } = await principalComponents(tf.tensor2d(algebra.data), { batchSize: 9 });
    variances.forEach((value, i) => {
      expect(Math.abs(value / algebra.variances[i]! - 1)).toBeLessThan(1e-4);
    });
    const part = (start: number, end?: number) => ({
      codes: tf.tensor2d(probe.codes.slice(start, end)),
      labels: tf.tensor1d(probe.labels.slice(start, end), "int32"),
    });
    const { accuracy } = await linearProbe(part(0, probe.train), part(probe.train), { tolerance: 1e-5 });
    expect(accuracy).toBeCloseTo(probe.accuracy, 6);
    const { neighbours, precision, recall } = sets.cases[1]!;
    const found = await manifoldPrecision(tf.tensor2d(sets.real), tf.tensor2d(sets.generated), { neighbours });
    expect([found.precision, found.recall]).toEqual([precision, recall].map((value) => expect.closeTo(value, 9)));
  });
});
