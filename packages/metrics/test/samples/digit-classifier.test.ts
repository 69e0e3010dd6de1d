import { ShapeError } from "@latentkit/core";
import { glyphs } from "@latentkit/data";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { classCoverage, digitClassifier, frechetDistance } from "../../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("digitClassifier", () => {
  it("is the published file, loaded once", async () => {
    const classifier = await digitClassifier();
    expect(await digitClassifier()).toBe(classifier);
    expect(classifier.checksum).toHaveLength(64);
    expect(classifier.network.countParams()).toBeLessThan(250_000);
  });

  it("knows digits that it was not trained on, drawn from strokes", async () => {
    const classifier = await digitClassifier();
    let [right, total] = [0, 0];
    for await (const { x, label } of glyphs({ count: 200, seed: 1 }).batches({ batchSize: 100 })) {
      const hits = tf.tidy(() =>
        tf.sum(tf.cast(tf.equal(tf.argMax(classifier.classify(x), 1), label as tf.Tensor), "int32")),
      );
      right += (await hits.data())[0]!;
      total += x.shape[0]!;
      tf.dispose([x, label as tf.Tensor, hits]);
    }
    // Another hand than MNIST's: chance would be 20 of 200.
    expect(right / total).toBeGreaterThan(0.6);
  });

  it("is what image metrics look through unless told otherwise", async () => {
    const x = tf.concat(await take(glyphs({ count: 60, seed: 1 })));
    const y = tf.concat(await take(glyphs({ count: 60, seed: 2 })));
    const same = await frechetDistance(x, y);
    const inverted = await frechetDistance(x, tf.sub(1, y));
    expect(inverted).toBeGreaterThan(3 * same);
    expect((await classCoverage(x)).modes).toBeGreaterThanOrEqual(8);
    await expect(frechetDistance(tf.ones([4, 8, 8, 1]), tf.ones([4, 8, 8, 1]))).rejects.toThrow(ShapeError);
    await expect(classCoverage(tf.ones([4, 3]))).rejects.toThrow(/pass `classify`/);
  });
});

async function take(data: ReturnType<typeof glyphs>): Promise<tf.Tensor[]> {
  const parts: tf.Tensor[] = [];
  for await (const { x } of data.batches({ batchSize: 60 })) parts.push(x);
  return parts;
}
