import type { Prior } from "@latentkit/core";
import { fromTensors } from "@latentkit/data";
import type { Flags } from "@latentkit/example-experiment";
import { timed } from "@latentkit/example-experiment";
import { autoregressiveConditioner, mlpDecoder, mlpGaussianEncoder, pseudoInputs } from "@latentkit/layers";
import {
  densityModel,
  type Flow,
  fitGaussianMixture,
  fitRiemannianPrior,
  fitUniformSphere,
  fitWrappedNormal,
  flowPrior,
  gaussian,
  inverseAutoregressiveFlow,
  maskedAutoregressiveFlow,
  secondStagePrior,
  standardNormal,
  vampPrior,
} from "@latentkit/losses";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import * as tf from "@tensorflow/tfjs";

/** What priors are fitted to. */
export interface Codes {
  /** Codes of training images, `[examples, latentDim]`; draws of q(z|x) where there are such. */
  readonly codes: tf.Tensor2D;
  /** Means and log variances, where the encoder tells them. */
  readonly posterior?: { readonly mean: tf.Tensor2D; readonly logVariance: tf.Tensor2D };
  /** Some training images, as pseudo-inputs. */
  readonly examples: tf.Tensor;
  readonly steps: number;
  readonly flags: Flags;
}

type Fit = (given: Codes) => Promise<Prior | undefined>;
type Conditioned = (options: { readonly conditioner: tf.LayersModel }) => Flow;

/** Each sampler: what it fits to the codes. A sampler more is a line more. */
export const SAMPLERS: Readonly<Record<string, Fit>> = {
  "N(0, I)": async () => standardNormal(),
  "one Gaussian": async ({ codes }) => (await fitGaussianMixture(codes, { components: 1 })).prior,
  "ten Gaussians": async ({ codes, flags: { seed } }) =>
    (await fitGaussianMixture(codes, { components: 10, seed })).prior,
  "second stage": secondStage,
  "masked flows": (given) => flows(maskedAutoregressiveFlow, 4, given),
  "inverse flows": (given) => flows(inverseAutoregressiveFlow, 2, given),
  sphere: async ({ codes }) => fitUniformSphere(codes),
  "hyperbolic ball": ball,
  "500 pseudo-inputs": async ({ examples, posterior }) =>
    posterior &&
    vampPrior({
      pseudoInputs: pseudoInputs({ count: examples.shape[0]!, inputShape: examples.shape.slice(1), examples }),
    }),
  Riemannian: async ({ posterior, flags: { seed } }) => posterior && fitRiemannianPrior(posterior, { seed }),
};

/** Two-stage VAE: as many codes of codes as codes. */
async function secondStage({ codes, steps, flags }: Codes): Promise<Prior> {
  const latentDim = codes.shape[1];
  const shape = { hiddenUnits: [256, 256], latentDim, seed: flags.seed };
  const second = vae({
    encoder: mlpGaussianEncoder({ inputShape: [latentDim], ...shape }),
    decoder: mlpDecoder({ outputShape: [2 * latentDim], ...shape }),
    likelihood: gaussian({ deviation: "learned" }),
  });
  await timed(second, await fromTensors({ x: codes }), flags, settings(steps, flags));
  return secondStagePrior({ model: second });
}

/** Flows from the Gaussian that fits best, in orders that take turns. */
async function flows(make: Conditioned, count: number, { codes, steps, flags }: Codes): Promise<Prior> {
  const latentDim = codes.shape[1];
  const { prior: base } = await fitGaussianMixture(codes, { components: 1 });
  const each = Array.from({ length: count }, (_, i) =>
    make({
      conditioner: autoregressiveConditioner({
        ...{ latentDim, hiddenUnits: [128], reversed: i % 2 === 1, seed: flags.seed + i },
        name: `conditioner${i}`,
      }),
    }),
  );
  const prior = flowPrior({ flows: each, base });
  await timed(densityModel({ prior }), await fromTensors({ x: codes }), flags, settings(steps, flags));
  return prior;
}

/** The smallest ball that holds all codes with a twentieth to spare. */
async function ball({ codes }: Codes): Promise<Prior> {
  const [longest] = await tf.tidy(() => tf.max(tf.norm(codes, 2, 1))).data();
  return fitWrappedNormal(codes, { curvature: (1.05 * longest!) ** -2 });
}

const settings = (steps: number, { seed }: Flags) => ({
  ...{ steps, seed, batchSize: 128, optimizers: adam({ learningRate: 1e-3 }) },
});
