/**
 * Times drawing pictures pixel by pixel: kept activations beside a pass of the whole network for each pixel, and how the time grows with
 * the pixels: `tsx benchmarks/sampling.ts [--sides 28,56,112] [--naive-places 4]`.
 */
import { parseArgs } from "node:util";
import { pixelCnn } from "@latentkit/autoregressive";
import { useBackend } from "@latentkit/backends";
import { random } from "@latentkit/core";

const { values } = parseArgs({
  options: {
    sides: { type: "string", default: "28,56,112" },
    count: { type: "string", default: "64" },
    rounds: { type: "string", default: "3" },
    "naive-places": { type: "string", default: "4" },
  },
});
const count = Number(values.count);
await useBackend("wasm");

/** Seconds of the quickest of some rounds. */
async function quickest(rounds: number, run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const started = performance.now();
    await run();
    times.push((performance.now() - started) / 1000);
  }
  return Math.min(...times);
}

/** A pass a pixel costs the same at every pixel: some of them are timed, and the rest is reckoned. */
async function naive(model: ReturnType<typeof pixelCnn>, places: number): Promise<number> {
  const stop = new AbortController();
  const limit = Number(values["naive-places"]);
  let started = performance.now();
  let done = 0;
  const drawing = model.sampleNaively({
    count,
    random: random(1),
    signal: stop.signal,
    onProgress() {
      // The first pass makes the backend ready.
      if (done++ === 0) started = performance.now();
      if (done > limit) stop.abort();
    },
  });
  await drawing.catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return ((performance.now() - started) / 1000 / limit) * places;
}

for (const side of values.sides.split(",").map(Number)) {
  const model = pixelCnn({ inputShape: [side, side, 1], seed: 1 });
  const kept = await quickest(side > 56 ? 1 : Number(values.rounds), async () => {
    (await model.sample({ count, random: random(1) })).dispose();
  });
  const passes = side === 28 ? await naive(model, side * side) : undefined;
  const beside =
    passes === undefined ? "" : `, a pass a pixel ${passes.toFixed(0)} s: ${(passes / kept).toFixed(0)} times`;
  console.log(`${count} pictures of ${side}×${side}: ${kept.toFixed(2)} s${beside}`);
  model.dispose();
}
