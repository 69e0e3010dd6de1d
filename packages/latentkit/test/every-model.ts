import * as ae from "@latentkit/autoencoders";
import * as ar from "@latentkit/autoregressive";
import { type Batch, type Dataset, linearSchedule, type Model, random } from "@latentkit/core";
import { sines } from "@latentkit/data";
import * as gan from "@latentkit/gan";
import * as layers from "@latentkit/layers";
import {
  binaryPosterior,
  binaryPrior,
  categorical,
  categoricalPosterior,
  categoricalPrior,
  densityModel,
  finiteScalarQuantizer,
  flowPrior,
  leastSquaresLoss,
  maskedAutoregressiveFlow,
  mixturePrior,
  residualQuantizer,
  uniformSphere,
  vampPrior,
  vectorQuantizer,
  vonMisesFisherPosterior,
  withCodePrior,
  wrappedNormal,
  wrappedNormalPosterior,
} from "@latentkit/losses";
import * as vaes from "@latentkit/vae";
import * as tf from "@tensorflow/tfjs";
import { autoregressive, COUNT } from "./every-autoregressive.js";

export { COUNT };

const inputShape = [8, 8, 1] as const;
const small = { hiddenUnits: [6], latentDim: 3, activation: "tanh" } as const;
const labels = () => tf.tensor1d([0, 1, 2, 1], "int32");
const images = () => ({ x: random(5).uniform([COUNT, ...inputShape]) });
const labelled = () => ({ ...images(), label: labels() });
const points = () => ({ x: random(5).normal([COUNT, 2]), label: labels() });

const encoder = (options: object = {}) => layers.mlpEncoder({ inputShape, ...small, seed: 1, ...options });
const decoder = (options: object = {}) => layers.mlpDecoder({ outputShape: inputShape, ...small, seed: 2, ...options });
const pair = () => ({ encoder: encoder(), decoder: decoder() });
const logistic = { outputActivation: "sigmoid" } as const;

/** A small model, and a batch for it. */
export type Case = readonly [model: () => Model<never>, batch: () => Batch];

const autoencoders: Record<string, Case> = {
  autoencoder: [() => ae.autoencoder(pair()), images],
  adversarial: [
    () => ae.adversarialAutoencoder({ ...pair(), discriminator: decoder({ outputShape: [1], name: "discriminator" }) }),
    images,
  ],
  "contractive, exact": [
    () => ae.contractiveAutoencoder({ encoder: encoder({ hiddenUnits: [], ...logistic }), decoder: decoder() }),
    images,
  ],
  "contractive, estimated": [
    () => ae.contractiveAutoencoder({ encoder: encoder(logistic), decoder: decoder(), jacobian: "estimate" }),
    images,
  ],
  "convolutional, transposed": [
    () => ae.convAutoencoder({ inputShape, filters: [3, 2], latentDim: 3, upsampling: "transposed" }),
    images,
  ],
  "convolutional, nearest": [
    () => ae.convAutoencoder({ inputShape, filters: [3, 2], latentDim: 3, upsampling: "nearest" }),
    images,
  ],
  "convolutional, pooled": [
    () =>
      ae.autoencoder({
        encoder: layers.convEncoder({ inputShape, filters: [3], latentDim: 3, downsampling: "maxPooling" }),
        decoder: decoder(),
      }),
    images,
  ],
  denoising: [() => ae.denoisingAutoencoder({ ...pair(), corruption: layers.maskingNoise({ rate: 0.5 }) }), images],
  "denoising, salt and pepper": [
    () => ae.denoisingAutoencoder({ ...pair(), corruption: layers.saltAndPepperNoise({ rate: 0.5 }) }),
    images,
  ],
  "classifier of codes": [() => ae.encoderClassifier({ encoder: encoder(), classes: 3 }), labelled],
  geometry: [() => ae.geometryAutoencoder(pair()), () => ({ ...images(), embedding: random(6).normal([COUNT, 3]) })],
  "greedy, second stage": [() => ae.greedyAutoencoder({ inputShape, units: [6, 3] }).stages[1]!, images],
  "k-sparse": [() => ae.kSparseAutoencoder({ ...pair(), k: 2 }), images],
  linear: [() => ae.linearAutoencoder({ inputShape, latentDim: 3 }), images],
  "recurrent, scheduled sampling": [
    () =>
      ae.recurrentAutoencoder({
        encoder: layers.recurrentEncoder({ inputShape: [5, 2], masked: true, cell: "lstm", units: 4, latentDim: 3 }),
        decoder: layers.recurrentDecoder({ outputShape: [5, 2], teacher: true, cell: "gru", units: 4, latentDim: 3 }),
        teacherForcing: linearSchedule({ from: 0.5, to: 0, steps: 10 }),
      }),
    () => sines({ count: COUNT, steps: 5, minSteps: 2, features: 2, seed: 3 }).gather(),
  ],
  "regularised, l2": [() => ae.regularizedAutoencoder(pair()), images],
  "regularised, slopes": [() => ae.regularizedAutoencoder({ ...pair(), regularizer: "gradientPenalty" }), images],
  "regularised, spectral": [() => ae.regularizedAutoencoder({ ...pair(), regularizer: "spectral" }), images],
  "sparse, kl": [() => ae.sparseAutoencoder({ encoder: encoder(logistic), decoder: decoder(), penalty: "kl" }), images],
  "sparse, l1": [() => ae.sparseAutoencoder({ ...pair(), penalty: "l1" }), images],
  stacked: [() => ae.stackedAutoencoder({ inputShape, hiddenUnits: [8, 5], latentDim: 3 }), images],
  "tied, dense": [() => ae.tiedAutoencoder({ encoder: encoder() }), images],
  "tied, convolutional": [
    () => ae.tiedAutoencoder({ encoder: layers.convEncoder({ inputShape, filters: [2, 3], latentDim: 3 }) }),
    images,
  ],
  wasserstein: [() => ae.wassersteinAutoencoder(pair()), images],
};

const gaussianPair = () => ({ encoder: layers.mlpGaussianEncoder({ inputShape, ...small }), decoder: decoder() });
const judgeOfCodes = () => layers.mlpDiscriminator({ inputShape: [3], hiddenUnits: [6], activation: "tanh" });

const variational: Record<string, Case> = {
  vae: [() => vaes.vae({ ...gaussianPair(), beta: 0.5 }), images],
  "vae, told classes": [
    () =>
      vaes.conditionalVae({
        given: { label: { classes: 3 } },
        encoder: layers.mlpGaussianEncoder({ inputShape, ...small, classes: 3 }),
        decoder: decoder({ classes: 3 }),
      }),
    labelled,
  ],
  "told classes, hybrid": [
    () =>
      vaes.hybridConditionalVae({
        given: { label: { classes: 3 } },
        encoder: layers.mlpGaussianEncoder({ inputShape, ...small, classes: 3 }),
        decoder: decoder({ classes: 3 }),
      }),
    labelled,
  ],
  iwae: [() => vaes.iwae({ ...gaussianPair(), samples: 3 }), images],
  "annealed capacity": [() => vaes.annealedVae(gaussianPair()), images],
  "total correlation, weighted": [() => vaes.betaTcVae({ ...gaussianPair(), datasetSize: 50 }), images],
  "total correlation, stratified": [
    () => vaes.betaTcVae({ ...gaussianPair(), datasetSize: 50, estimator: "stratified" }),
    images,
  ],
  factor: [() => vaes.factorVae({ ...gaussianPair(), discriminator: judgeOfCodes() }), images],
  "disentangled inferred prior, I": [() => vaes.dipVae({ ...gaussianPair(), variant: "I" }), images],
  "disentangled inferred prior, II": [() => vaes.dipVae(gaussianPair()), images],
  info: [() => vaes.infoVae(gaussianPair()), images],
  "iwae, doubly reparameterised": [
    () => vaes.iwae({ ...gaussianPair(), samples: 3, gradient: "doublyReparameterised" }),
    images,
  ],
  miwae: [() => vaes.miwae({ ...gaussianPair(), samples: 2, estimates: 2 }), images],
  piwae: [() => vaes.piwae({ ...gaussianPair(), samples: 2, estimates: 2 }), images],
  ciwae: [() => vaes.ciwae({ ...gaussianPair(), samples: 3 }), images],
  hamiltonian: [() => vaes.hamiltonianVae({ ...gaussianPair(), steps: 2 }), images],
  hierarchical: [
    () => vaes.hierarchicalVae(layers.hierarchicalNetworks({ imageShape: inputShape, groups: [1, 1], filters: 4 })),
    images,
  ],
  ladder: [
    () =>
      vaes.ladderVae(
        layers.ladderNetworks({ inputShape, latentDims: [4, 3, 2], hiddenUnits: [6, 5, 4], batchNormalization: true }),
      ),
    images,
  ],
  "autoregressive decoder": [
    () =>
      vaes.pixelVae({
        encoder: layers.mlpGaussianEncoder({ inputShape, ...small }),
        decoder: ar.gatedPixelCnn({ inputShape, width: 4, layers: 1, given: { z: { size: 3 } } }),
      }),
    images,
  ],
  "structural similarity": [() => vaes.msSsimVae(gaussianPair()), images],
  "learned similarity": [
    () =>
      vaes.vaeGan({
        ...gaussianPair(),
        discriminator: layers.mlpDiscriminator({ inputShape, hiddenUnits: [6], activation: "tanh" }),
      }),
    images,
  ],
  "vae, categorical codes": [
    () =>
      vaes.vae({
        encoder: encoder({ latentDim: 6 }),
        decoder: decoder({ latentDim: 6 }),
        posterior: categoricalPosterior({
          ...{ variables: 2, classes: 3 },
          temperature: linearSchedule({ from: 1, to: 0.5, steps: 10 }),
        }),
        prior: categoricalPrior({ variables: 2, classes: 3 }),
      }),
    images,
  ],
  "vae, binary codes, straight-through": [
    () =>
      vaes.vae({
        encoder: encoder(),
        decoder: decoder(),
        posterior: binaryPosterior({ straightThrough: true }),
        prior: binaryPrior(),
      }),
    images,
  ],
  "vae, directions as codes": [
    () =>
      vaes.vae({
        encoder: encoder({ heads: [1] }),
        decoder: decoder(),
        posterior: vonMisesFisherPosterior({ proposals: 4 }),
        prior: uniformSphere({ latentDim: 3 }),
      }),
    images,
  ],
  "vae, points of a ball as codes": [
    () =>
      vaes.vae({
        ...gaussianPair(),
        posterior: wrappedNormalPosterior({ curvature: 0.5 }),
        prior: wrappedNormal({ curvature: 0.5 }),
      }),
    images,
  ],
  "vae, prior of pseudo-inputs": [
    () =>
      vaes.vae({
        ...gaussianPair(),
        prior: vampPrior({
          pseudoInputs: layers.pseudoInputs({ count: 4, inputShape, outputActivation: "sigmoid" }),
        }),
      }),
    images,
  ],
  "iwae, prior of Gaussians": [
    () => vaes.iwae({ ...gaussianPair(), samples: 2, prior: mixturePrior({ latentDim: 3, components: 3 }) }),
    images,
  ],
  "semi-supervised": [
    () =>
      vaes.semiSupervisedVae({
        encoder: layers.mlpGaussianEncoder({ inputShape, ...small, classes: 3 }),
        decoder: decoder({ classes: 3 }),
        classifier: encoder({ name: "classifier" }),
      }),
    labelled,
  ],
};

const flows = () =>
  [false, true].map((reversed) =>
    maskedAutoregressiveFlow({
      conditioner: layers.autoregressiveConditioner({ latentDim: 3, hiddenUnits: [4], reversed }),
    }),
  );
const densities: Record<string, Case> = {
  "masked flows": [
    () => densityModel({ prior: flowPrior({ flows: flows() }) }),
    () => ({ x: random(5).normal([COUNT, 3]) }),
  ],
};

const mapped = () => ({
  encoder: layers.mapEncoder({ inputShape, filters: [3, 4], channels: 3, residualBlocks: 1, seed: 1 }),
  decoder: layers.mapDecoder({
    ...{ inputShape: [2, 2, 3], filters: [4, 3], outputShape: inputShape },
    ...{ residualBlocks: 1, seed: 2 },
  }),
});
const restart = { below: 2 } as const;
const [top, features, bottom] = [
  [2, 2, 3],
  [4, 4, 4],
  [4, 4, 3],
];

const codebooks: Record<string, Case> = {
  "codes moved by averages": [
    () => vaes.vqVae({ ...mapped(), quantizer: vectorQuantizer({ codes: 8, dim: 3, restart }) }),
    images,
  ],
  "codes moved by gradients, by angles": [
    () => {
      const options = { codes: 8, dim: 3, projectedDim: 2, update: "gradient", distance: "cosine", restart } as const;
      return vaes.vqVae({ ...mapped(), quantizer: vectorQuantizer(options) });
    },
    images,
  ],
  "residual codes": [
    () => vaes.vqVae({ ...mapped(), quantizer: residualQuantizer({ levels: 2, codes: 8, dim: 3, restart }) }),
    images,
  ],
  "finite scalars": [
    () => vaes.vqVae({ ...mapped(), quantizer: finiteScalarQuantizer({ levels: [4, 3, 3] }) }),
    images,
  ],
  "codes on two levels": [
    () =>
      vaes.vqVae2({
        bottomEncoder: layers.mapEncoder({ inputShape, filters: [4], channels: 4, name: "bottom" }),
        topEncoder: layers.mapEncoder({ inputShape: features, filters: [4], channels: 3, name: "top" }),
        merger: layers.mapMerger({ coarseShape: top, inputShape: features, channels: 3 }),
        decoder: layers.mapDecoder({ coarseShape: top, inputShape: bottom, filters: [4], outputShape: inputShape }),
        topQuantizer: vectorQuantizer({ codes: 8, dim: 3 }),
        bottomQuantizer: vectorQuantizer({ codes: 8, dim: 3 }),
      }),
    images,
  ],
  "codes with a prior told classes": [
    () => {
      const model = vaes.vqVae({ ...mapped(), quantizer: vectorQuantizer({ codes: 8, dim: 3 }) });
      const prior = ar.gatedPixelCnn({
        ...{ inputShape: [2, 2, 1], width: 4, layers: 1, given: { label: { classes: 3 } } },
        likelihood: categorical(8, { high: 7 }),
      });
      const whole = withCodePrior(model, prior);
      // What they are made of goes with the whole.
      for (const part of [model, prior]) part.dispose();
      return whole;
    },
    labelled,
  ],
};

const maker = (options: object = {}) =>
  layers.mlpGenerator({ latentDim: 8, hiddenUnits: [6], outputShape: [2], ...options });
const judge = (options: object = {}) => layers.mlpDiscriminator({ inputShape: [2], hiddenUnits: [6], ...options });
const players = (options: object = {}) => ({ generator: maker(), discriminator: judge(options) });
const codes = [gan.categoricalCode({ classes: 3 }), gan.uniformCode({ count: 2 })];
const pictures = (options: object = {}) => ({
  generator: layers.dcganGenerator({ latentDim: 4, outputShape: inputShape, filters: [3, 2] }),
  discriminator: layers.dcganDiscriminator({ inputShape, filters: [2, 3], ...options }),
});

const adversarial: Record<string, Case> = {
  minimax: [() => gan.minimaxGan(players()), points],
  "hinge, spectral": [() => gan.hingeGan(players({ normalization: "spectral" })), points],
  "f-divergence": [() => gan.fGan({ ...players(), divergence: "squaredHellinger" }), points],
  "least squares": [() => gan.leastSquaresGan(players()), points],
  realness: [
    () =>
      gan.realnessGan({
        generator: maker(),
        discriminator: layers.mlpDecoder({ latentDim: 2, hiddenUnits: [6], outputShape: [5] }),
        outcomes: 5,
      }),
    points,
  ],
  "boundary equilibrium": [
    () =>
      gan.boundaryEquilibriumGan({
        generator: maker(),
        discriminator: layers.autoencodingDiscriminator({
          encoder: layers.mlpEncoder({ inputShape: [2], hiddenUnits: [6], latentDim: 2 }),
          decoder: layers.mlpDecoder({ outputShape: [2], hiddenUnits: [6], latentDim: 2 }),
        }),
      }),
    points,
  ],
  relativistic: [() => gan.relativisticGan(players()), points],
  "non-saturating, batch statistics": [
    () =>
      gan.nonSaturatingGan(
        players({
          activation: "maxout",
          minibatchDiscrimination: { kernels: 3, dimensions: 2 },
          minibatchStandardDeviation: true,
        }),
      ),
    points,
  ],
  wasserstein: [() => gan.wassersteinGan(players()), points],
  "wasserstein, gradient penalty": [() => gan.wassersteinGanGp(players()), points],
  conditional: [
    () => gan.conditionalGan({ generator: maker({ classes: 3 }), discriminator: judge({ classes: 3 }) }),
    points,
  ],
  "auxiliary classifier": [
    () => gan.auxiliaryClassifierGan({ generator: maker({ classes: 3 }), discriminator: judge({ heads: [3] }) }),
    points,
  ],
  info: [() => gan.infoGan({ ...players({ heads: [3 + 2] }), codes }), points],
  "replay, noise and DRAGAN": [
    () =>
      gan.gan({
        ...players({ activation: "softplus" }),
        loss: leastSquaresLoss(),
        prior: "uniform",
        views: [gan.instanceNoise({ deviation: linearSchedule({ from: 0.1, to: 0, steps: 10 }) })],
        penalty: gan.draganTerm({ weight: 1 }),
        replay: { capacity: 20, share: 0.5 },
      }),
    points,
  ],
  packs: [() => gan.gan({ ...players({ inputShape: [4] }), loss: leastSquaresLoss(), pack: 2 }), points],
  DCGAN: [() => gan.nonSaturatingGan(pictures()), images],
  "DCGAN, told classes by projection": [
    () =>
      gan.conditionalGan({ ...pictures({ classes: 3 }), generator: maker({ outputShape: inputShape, classes: 3 }) }),
    labelled,
  ],
  "paired translation": [
    () =>
      gan.pairedTranslation({
        generator: layers.unetGenerator({ inputShape, filters: [3, 2], dropout: 0.2 }),
        discriminator: layers.patchDiscriminator({ inputShape: [8, 8, 2], filters: [3, 2] }),
      }),
    () => ({ ...images(), source: images().x }),
  ],
  "unpaired translation": [
    () =>
      gan.unpairedTranslation({
        forward: layers.residualGenerator({ inputShape, filters: [2], blocks: 1, name: "forward" }),
        backward: layers.residualGenerator({ inputShape, filters: [2], blocks: 1, name: "backward" }),
        discriminatorX: layers.patchDiscriminator({ inputShape, filters: [2], name: "discriminatorX" }),
        discriminatorY: layers.patchDiscriminator({
          inputShape,
          filters: [2],
          normalization: "none",
          name: "discriminatorY",
        }),
        identityWeight: 5,
        replay: { capacity: 6 },
      }),
    () => ({ ...images(), y: images().x }),
  ],
  "told classes as channels": [
    () =>
      gan.conditionalGan({
        generator: layers.convDecoder({ latentDim: 4, outputShape: inputShape, filters: [3], classes: 3 }),
        discriminator: layers.convEncoder({ inputShape, filters: [2], latentDim: 1, classes: 3 }),
      }),
    labelled,
  ],
  "DCGAN, spectral, R1, augmentation": [
    () =>
      gan.gan({
        ...pictures({ normalization: "spectral" }),
        loss: leastSquaresLoss(),
        views: [gan.differentiableAugmentation()],
        penalty: gan.r1r2Term(),
      }),
    images,
  ],
  "progressive, fading": [() => gan.progressiveGan(progressive()), images],
  "progressive, told classes": [
    () => gan.progressiveGan({ ...progressive(3), given: { label: { classes: 3 } } }),
    labelled,
  ],
  styleGan: [() => gan.styleGan(styled("instance")), images],
  styleGan2: [() => gan.styleGan2({ ...styled("demodulation"), r1Every: 2, pathEvery: 2 }), images],
  "styleGan2, told classes": [
    () => gan.styleGan2({ ...styled("demodulation", 3), given: { label: { classes: 3 } }, r1Every: 1 }),
    labelled,
  ],
};

const progressive = (classes?: number) => {
  const shared = { filters: [4, 3], ...(classes ? { classes } : { fadeSteps: 3 }) };
  return {
    generator: layers.progressiveGenerator({ ...shared, outputShape: inputShape, latentDim: 3 }),
    discriminator: layers.progressiveDiscriminator({ ...shared, inputShape }),
  };
};

const styled = (modulation: "instance" | "demodulation", classes?: number) => ({
  mapping: layers.styleMapping({ latentDim: 3, styleDim: 4, depth: 2, ...(classes && { classes }) }),
  synthesis: layers.styleSynthesis({ outputShape: inputShape, styleDim: 4, filters: [4, 3], modulation }),
  discriminator: layers.styleDiscriminator({ inputShape, filters: [4, 3], ...(classes && { classes }) }),
});

/** Small models of every kind and of their variants, by family. */
export const FAMILIES: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  autoencoders,
  variational,
  densities,
  codebooks,
  adversarial,
  autoregressive,
};

/** The same batch again and again. */
export function repeated(make: () => Batch): Dataset<never> {
  return {
    size: COUNT * 8,
    async *batches() {
      for (let i = 0; i < 8; i++) yield make() as never;
    },
  };
}
