import { useBackend } from "@latentkit/backends";
import { type Batch, linearSchedule, type Model } from "@latentkit/core";
import { ring } from "@latentkit/data";
import { mlpGenerator } from "@latentkit/layers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  categoricalCode,
  conditionalGan,
  hingeGan,
  infoGan,
  instanceNoise,
  nonSaturatingGan,
  uniformCode,
  wassersteinGan,
  wassersteinGanGp,
} from "../src/index.js";
import { trainBothWays } from "./both-ways.js";
import { planePair } from "./networks.js";

beforeAll(async () => {
  await useBackend("wasm");
});

const data = ring({ count: 256, seed: 1 });
const generator = (latentDim: number, classes?: number) =>
  mlpGenerator({ latentDim, hiddenUnits: [8], outputShape: [2], seed: 1, ...(classes ? { classes } : {}) });

const models: Readonly<Record<string, () => Model<never>>> = {
  "replay, packs and scheduled noise": () =>
    nonSaturatingGan({
      ...planePair({ inputShape: [4] }),
      pack: 2,
      replay: { capacity: 50 },
      views: [instanceNoise({ deviation: linearSchedule({ from: 0.2, to: 0, steps: 6 }) })],
    }),
  "weight clipping": () => wassersteinGan({ ...planePair(), clip: 0.1 }),
  "gradient penalties": () => wassersteinGanGp(planePair()),
  "spectral layers": () => hingeGan(planePair({ normalization: "spectral" })),
  "batch statistics": () =>
    nonSaturatingGan(
      planePair({ minibatchDiscrimination: { kernels: 4, dimensions: 3 }, minibatchStandardDeviation: true }),
    ),
  classes: () => conditionalGan({ generator: generator(2, 8), discriminator: planePair({ classes: 8 }).discriminator }),
  codes: () =>
    infoGan({
      generator: generator(6),
      discriminator: planePair({ heads: [4] }).discriminator,
      codes: [categoricalCode({ classes: 3 }), uniformCode({ count: 1 })],
      dataInformationWeight: linearSchedule({ from: 0, to: 0.5, steps: 6 }),
    }),
};

describe("a compiled run", () => {
  it.each(Object.entries(models))("with %s has the losses of an eager one, without falling back", async (_, make) => {
    const { eager, compiled, warnings } = await trainBothWays(make as () => Model<Batch>, data, {
      steps: 8,
      batchSize: 32,
    });
    expect(warnings).toEqual([]);
    for (const [i, row] of eager.entries()) {
      for (const [name, value] of Object.entries(row)) {
        if (!name.includes("/")) continue;
        // Float32 rounding over eight steps, in sums of another order.
        expect(Math.abs(compiled[i]![name]! - value), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
      }
    }
  });
});
