import * as tf from "@tensorflow/tfjs";
import { expect, it, vi } from "vitest";
import { decodeNetworks, disposeNetworks, encodeNetworks } from "../../src/authoring.js";
import { CheckpointError } from "../../src/index.js";
import { mutated } from "./mutate.js";
import { networksToSave } from "./networks.js";

// `node scripts/fuzz-files.mjs` asks for more.
const count = Number(process.env.LATENTKIT_FUZZ_COUNT ?? 300);
const first = Number(process.env.LATENTKIT_FUZZ_FIRST ?? 0);

it(`${count} damaged files give a model or a CheckpointError, and leave nothing`, { timeout: 3_600_000 }, async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const whole = await Promise.all(Object.values(networksToSave()).map((networks) => encodeNetworks(networks)));
  let [models, slowest, slowestSeed] = [0, 0, 0];
  const before = tf.memory().numTensors;
  const memory = process.memoryUsage().rss;
  let largest = memory;
  for (let seed = first; seed < first + count; seed++) {
    const bytes = mutated(whole[seed % whole.length]!, seed);
    const began = performance.now();
    try {
      const { networks } = await decodeNetworks(bytes);
      models++;
      disposeNetworks(Object.values(networks));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw new Error(`file ${seed}`, { cause: error });
    }
    const took = performance.now() - began;
    if (took > slowest) [slowest, slowestSeed] = [took, seed];
    expect(tf.memory().numTensors, `tensors left by file ${seed}`).toBe(before);
    largest = Math.max(largest, process.memoryUsage.rss());
  }
  // Damage that nothing reads is no damage: some are models. All of them would mean that nothing was damaged.
  expect(models).toBeGreaterThan(0);
  expect(models).toBeLessThan(count);
  if (process.env.LATENTKIT_FUZZ_COUNT !== undefined) {
    const grown = Math.round((largest - memory) / 1e6);
    process.stdout.write(
      `${JSON.stringify({ first, count, models, slowest: Math.round(slowest), slowestSeed, grown })}\n`,
    );
  }
});
