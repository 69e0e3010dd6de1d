import { type DataBatch, type Model, random } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { vae } from "@latentkit/vae";

/** A model that kill tests train. A module given in place of this one has the same exports. */
export interface KillCase {
  readonly name: string;
  readonly shape: readonly number[];
  build(seed: number): Model<DataBatch>;
}

const shared = { latentDim: 3, hiddenUnits: [16] };

export const SWEEP: readonly KillCase[] = [
  {
    ...{ name: "vae", shape: [6] },
    build: (seed) =>
      vae({
        encoder: mlpGaussianEncoder({ inputShape: [6], ...shared, seed }),
        decoder: mlpDecoder({ outputShape: [6], ...shared, seed: seed + 1 }),
        beta: (step) => Math.min(1, step / 40),
      }),
  },
];

/** Examples of a shape, one after the other. */
export function examples(shape: readonly number[], count: number, seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, count);
  return random(seed).stream("examples").fillUniform(new Float32Array(size));
}
