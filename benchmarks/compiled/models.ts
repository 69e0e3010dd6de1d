import { convAutoencoder, sparseAutoencoder } from "@latentkit/autoencoders";
import { type DataBatch, type Model, random } from "@latentkit/core";
import { hingeGan, leastSquaresGan, nonSaturatingGan, relativisticGan, wassersteinGanGp } from "@latentkit/gan";
import {
  convDecoder,
  convGaussianEncoder,
  dcganDiscriminator,
  dcganGenerator,
  mlpDecoder,
  mlpDiscriminator,
  mlpEncoder,
  mlpGaussianEncoder,
  mlpGenerator,
} from "@latentkit/layers";
import { iwae, vae } from "@latentkit/vae";

/** A model to sweep over, with the shape of its examples and a usual size of batches. */
export interface SweepCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly batchSize: number;
  build(seed: number): Model<DataBatch>;
}

type Game = (options: {
  generator: ReturnType<typeof mlpGenerator>;
  discriminator: ReturnType<typeof mlpGenerator>;
}) => Model<DataBatch>;

/** A standard DCGAN: filters halve from the code to the picture. */
function dcgan(
  name: string,
  side: number,
  channels: number,
  widths: readonly number[],
  batchSize: number,
  game: Game,
  normalization: "batch" | "spectral" = "batch",
): SweepCase {
  const outputShape = [side, side, channels] as const;
  return {
    ...{ name: `${name} ${side}² × ${channels}`, shape: outputShape, batchSize },
    build: (seed) =>
      game({
        generator: dcganGenerator({ latentDim: 64, outputShape, filters: widths, seed }),
        discriminator: dcganDiscriminator({
          inputShape: outputShape,
          filters: [...widths].reverse(),
          normalization,
          seed: seed + 1,
        }),
      }),
  };
}

function convVae(side: number, channels: number, filters: readonly number[], batchSize: number): SweepCase {
  const shape = [side, side, channels] as const;
  return {
    ...{ name: `conv vae ${side}² × ${channels}`, shape, batchSize },
    build: (seed) =>
      vae({
        encoder: convGaussianEncoder({ inputShape: shape, filters, latentDim: 16, seed }),
        decoder: convDecoder({ latentDim: 16, filters: [...filters].reverse(), outputShape: shape, seed: seed + 1 }),
      }),
  };
}

const dense = { latentDim: 8, hiddenUnits: [64, 32] };
const picture = [28, 28, 1] as const;

/** Cheap ones first; the last ones take seconds to minutes each. */
export const SWEEP: readonly SweepCase[] = [
  {
    ...{ name: "mlp vae", shape: picture, batchSize: 64 },
    build: (seed) =>
      vae({
        encoder: mlpGaussianEncoder({ inputShape: picture, ...dense, seed }),
        decoder: mlpDecoder({ outputShape: picture, ...dense, seed: seed + 1 }),
      }),
  },
  {
    ...{ name: "iwae", shape: picture, batchSize: 32 },
    build: (seed) =>
      iwae({
        encoder: mlpGaussianEncoder({ inputShape: picture, ...dense, seed }),
        decoder: mlpDecoder({ outputShape: picture, ...dense, seed: seed + 1 }),
      }),
  },
  {
    ...{ name: "sparse autoencoder", shape: picture, batchSize: 64 },
    build: (seed) =>
      sparseAutoencoder({
        encoder: mlpEncoder({ inputShape: picture, ...dense, outputActivation: "sigmoid", seed }),
        decoder: mlpDecoder({ outputShape: picture, ...dense, seed: seed + 1 }),
      }),
  },
  ...Object.entries({ nonSaturatingGan, leastSquaresGan, relativisticGan, wassersteinGanGp, hingeGan }).map(
    ([name, game]): SweepCase => ({
      ...{ name: `${name} of points`, shape: [2], batchSize: 128 },
      build: (seed) =>
        game({
          generator: mlpGenerator({ latentDim: 2, hiddenUnits: [64, 64], outputShape: [2], seed }),
          discriminator: mlpDiscriminator({ inputShape: [2], hiddenUnits: [64, 64], seed: seed + 1 }),
        }),
    }),
  ),
  {
    ...{ name: "conv autoencoder", shape: picture, batchSize: 32 },
    build: (seed) => convAutoencoder({ inputShape: picture, filters: [16, 32], latentDim: 16, seed }),
  },
  dcgan("dcgan", 16, 3, [32, 16], 16, nonSaturatingGan as Game),
  dcgan("dcgan", 28, 1, [64, 32], 32, nonSaturatingGan as Game),
  dcgan("hinge dcgan", 32, 3, [64, 32, 16], 16, hingeGan as Game, "spectral"),
  dcgan("dcgan", 32, 3, [64, 32, 16], 32, nonSaturatingGan as Game),
  convVae(32, 3, [16, 32, 64], 32),
  convVae(64, 3, [16, 32, 64, 64], 16),
  dcgan("dcgan", 64, 3, [128, 64, 32, 16], 32, nonSaturatingGan as Game),
  dcgan("dcgan", 64, 3, [256, 128, 64, 32], 16, nonSaturatingGan as Game),
  convVae(128, 3, [8, 16, 32, 64], 8),
  dcgan("dcgan", 128, 3, [64, 64, 32, 16, 8], 8, nonSaturatingGan as Game),
];

/** Smooth pictures, or points: rounding in networks depends on what they see. */
export function examples(shape: readonly number[], count: number, seed: number): Float32Array {
  const source = random(seed).stream("sweep");
  const [height = 1, width = 1, channels = 1] = shape.length === 3 ? shape : [1, shape[0]!, 1];
  const data = new Float32Array(count * height * width * channels);
  if (shape.length !== 3) return source.fillNormal(data);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const [a, b, c, d] = source.fillUniform(new Float32Array(4), 0, 6);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let k = 0; k < channels; k++) {
          data[at++] = 0.5 + 0.5 * Math.sin(a! + (b! * x) / width + k) * Math.cos(c! + (d! * y) / height);
        }
      }
    }
  }
  return data;
}
