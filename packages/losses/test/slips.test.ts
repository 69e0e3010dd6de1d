import { random } from "@latentkit/core";
import { disposeNetworks } from "@latentkit/core/authoring";
import { asArgument, describeSlips, type SlipCase, sweepSlips } from "@latentkit/core/testing";
import { autoregressiveConditioner, pseudoInputs } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import * as authoring from "../src/authoring.js";
import * as users from "../src/index.js";

const losses = { ...users, ...authoring };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const conditioner = autoregressiveConditioner({ latentDim: 2, hiddenUnits: [3] });
const inputs = pseudoInputs({ count: 2, inputShape: [3] });
const flow = asArgument(losses.maskedAutoregressiveFlow({ conditioner }));
const learned = asArgument(losses.flowPrior({ flows: [losses.maskedAutoregressiveFlow({ conditioner })] }));
/** Frees a result: tensors, and networks that a value made for itself. */
const free = (made: unknown): void => {
  const { networks } = (made ?? {}) as { readonly networks?: Readonly<Record<string, tf.LayersModel>> };
  if (networks === undefined) tf.dispose(made as tf.TensorContainer);
  else disposeNetworks(Object.values(networks).filter((network) => ![conditioner, inputs].includes(network)));
};
const x = () => tf.fill([4, 3], 0.5);
const critic = (input: tf.Tensor): tf.Tensor => tf.sum(tf.square(input), 1);
const mixture: users.GaussianMixtureOptions = {
  weights: [1],
  means: [[0, 0]],
  covariances: [
    [
      [1, 0],
      [0, 1],
    ],
  ],
};
const model = asArgument({
  kind: "model",
  describe: () => ({ kind: "model", options: {}, asked: [] }),
  latentDim: 2,
  networks: {},
  objectives: [],
  fields: {},
  encode: (data: tf.Tensor) => tf.slice(data, [0, 0], [-1, 2]),
  decode: (z: tf.Tensor) => tf.clone(z),
});

const told = asArgument({ mean: random(1).normal([20, 2]), logVariance: tf.zeros([20, 2]) });
const stage = asArgument({
  ...model,
  fields: { x: { shape: [null, 2] } },
  sample: () => tf.zeros([1, 2]),
  sampleFromCodes: (z: tf.Tensor) => tf.clone(z),
  logImportanceWeights: (x: tf.Tensor, count: number) => tf.zeros([x.shape[0]!, count]),
});
const coded = asArgument({
  ...model,
  fields: { x: { shape: [null, 2] } },
  ...{ codeShape: [2, 1], codeCount: 4, objectives: [] },
  encodeCodes: (data: tf.Tensor) => tf.cast(tf.expandDims(data, 2), "int32"),
  embedCodes: (data: tf.Tensor) => tf.squeeze(data, [2]),
  decodeCodes: (data: tf.Tensor) => tf.squeeze(data, [2]),
});
const codePrior = asArgument({
  ...{ kind: "prior", networks: {}, objectives: [] },
  describe: () => ({ kind: "prior", options: {}, asked: [] }),
  fields: { x: { shape: [null, 2, 1], support: { min: 0, max: 3, name: "four values" } } },
  logLikelihood: (x: tf.Tensor) => tf.zeros([x.shape[0]!]),
  sample: () => tf.zeros([1, 2, 1]),
});
const tables = {
  ...{ codes: 4, dim: 3, update: "ema", decay: 0.9, commitment: 1, initialization: "uniform" },
  ...{ restart: { below: 2 }, projectedDim: 2, seed: 1 },
};

/** A default in the place of what is not given; a number where any will do. */
const DEFAULTS = /^(nothing|\d: undefined|options\.\w+: undefined)$/;
const NUMBERS = /^(nothing|\d: undefined|options\.\w+: (undefined|a number))$/;
const SIGNED = /^(nothing|\d: undefined|options\.\w+: (undefined|a number|a negative number))$/;
/** One tensor of any shape is as good as another. */
const ANY = /: another shape$/;
const parametric = (): SlipCase => ({
  args: () => [{ latentDim: 2, steps: 2, contextDim: 3, seed: 1 }],
  allowed: /^options\.(steps|contextDim|seed): undefined$|^options\.\w+: a number$/,
});
const option = (): SlipCase => ({ args: () => [], allowed: /^nothing$/ });

const CASES: Readonly<Record<string, SlipCase>> = {
  adversarialLossOption: option(),
  bernoulli: option(),
  bernoulliCrossEntropy: { args: () => [x(), x()] },
  categorical: {
    args: () => [4, { low: 0, high: 2 }],
    allowed:
      /^(0: a number|1: undefined|options\.\w+: undefined|options.high: a number|options.low: a negative number)$/,
  },
  categoricalCrossEntropy: { args: () => [tf.tensor1d([0, 1], "int32"), tf.zeros([2, 3])] },
  dataField: { args: () => [[null, 4], asArgument(losses.bernoulli())] },
  discretizedLogisticMixture: {
    args: () => [{ components: 3, channels: 1, levels: 8, low: 0, high: 2 }],
    allowed: /^(nothing|0: undefined|options\.\w+: (undefined|a number)|options.low: a negative number)$/,
  },
  draganPenalty: {
    args: () => [critic, x(), random(1).at(0), { scale: 0.5, target: 1 }],
    allowed: /^(1: another shape|3: undefined|options\.\w+: (undefined|a number))$/,
  },
  fDivergenceLoss: { args: () => [{ divergence: "kl" }], allowed: DEFAULTS },
  fitGaussianMixture: {
    args: () => [
      tf.randomUniform([20, 2], 0, 1, "float32", 1),
      { components: 2, seed: 1, iterations: 3, diagonal: true, tolerance: 0 },
    ],
    allowed: NUMBERS,
  },
  densityModel: { args: () => [{ prior: learned }] },
  fitRiemannianPrior: {
    args: () => [told, { centroids: 5, reach: 2, regularization: 0.1, iterations: 2, seed: 1 }],
    allowed: NUMBERS,
  },
  fitUniformSphere: { args: () => [tf.randomUniform([20, 2], 0, 1, "float32", 1)] },
  fitWrappedNormal: {
    args: () => [tf.randomUniform([20, 2], -0.5, 0.5, "float32", 1), { curvature: 1 }],
    allowed: NUMBERS,
  },
  finiteScalarQuantizer: { args: () => [{ levels: [5, 3] }], allowed: DEFAULTS },
  flowPosterior: { args: () => [{ flows: [flow] }] },
  binaryPosterior: { args: () => [{ temperature: 1, straightThrough: false }], allowed: NUMBERS },
  binaryPrior: { args: () => [{ probability: 0.3 }], allowed: DEFAULTS },
  categoricalPosterior: {
    args: () => [{ variables: 2, classes: 3, temperature: 1, straightThrough: false }],
    allowed: /^options\.(temperature|straightThrough): undefined$|^options\.(variables|classes|temperature): a number$/,
  },
  categoricalPrior: { args: () => [{ variables: 2, classes: 3 }], allowed: /^options\.\w+: a number$/ },
  flowPrior: { args: () => [{ flows: [flow], base: asArgument(losses.standardNormal()) }], allowed: DEFAULTS },
  gaussian: { args: () => [{ deviation: 1, minimumDeviation: 0.1 }], allowed: NUMBERS },
  gaussianMixture: { args: () => [mixture] },
  gaussianNegativeLogLikelihood: { args: () => [x(), x(), x()], allowed: /^2: (a number|a negative number)$/ },
  gaussianPosterior: option(),
  gradientPenalty: { args: () => [critic, x(), x(), random(1).at(0), { target: 1 }], allowed: NUMBERS },
  hingeLoss: { args: () => [{}], allowed: DEFAULTS },
  inverseAutoregressiveFlow: { args: () => [{ conditioner }] },
  klGaussians: { args: () => [x(), x(), x(), x()] },
  klSparsity: { args: () => [0.1, x()], allowed: ANY },
  klStandardNormal: { args: () => [x(), x()] },
  l1Activity: { args: () => [x()], allowed: ANY },
  leastSquaresLoss: { args: () => [{ a: 0, b: 1, c: 1 }], allowed: SIGNED },
  likelihoodFromJSON: { args: () => [{ name: "gaussian", deviation: 1 }], allowed: /deviation: (undefined|a number)$/ },
  likelihoodOption: option(),
  maskedAutoregressiveFlow: { args: () => [{ conditioner }] },
  maximumMeanDiscrepancy: {
    args: () => [tf.zeros([3, 2]), tf.ones([3, 2]), { scale: 2, kernel: "gaussian" }],
    allowed: NUMBERS,
  },
  meanAbsoluteError: { args: () => [x(), x()] },
  meanSquaredError: { args: () => [x(), x()] },
  minimaxLoss: { args: () => [{ realLabel: 1 }], allowed: DEFAULTS },
  mixturePrior: {
    args: () => [{ latentDim: 2, components: 3, seed: 1 }],
    allowed: /^options\.(components|seed): undefined$|^options\.\w+: a number$/,
  },
  nonSaturatingLoss: { args: () => [{ realLabel: 1 }], allowed: DEFAULTS },
  planarFlow: parametric(),
  posteriorOption: option(),
  priorOption: option(),
  quantizerOption: option(),
  r1Penalty: { args: () => [critic, x()], allowed: ANY },
  radialFlow: parametric(),
  realnessLoss: { args: () => [{ outcomes: 4, realSkew: 1, fakeSkew: -1 }], allowed: SIGNED },
  reconstructionOption: option(),
  relativisticLoss: { args: () => [{}], allowed: DEFAULTS },
  residualQuantizer: {
    args: () => [{ levels: 2, ...tables }],
    allowed: /^options\.\w+: undefined$|(levels|codes|dim|commitment|projectedDim|seed): a number$/,
  },
  riemannianPrior: {
    args: () => [{ means: [[0, 0]], variances: [[1, 1]], reach: 2, regularization: 0.1, iterations: 3, leaps: 2 }],
    allowed: /^options\.(regularization|iterations|leaps): undefined$|^options\.\w+: a number$/,
  },
  secondStagePrior: { args: () => [{ model: stage, samples: 2 }], allowed: /samples: (undefined|a number)$/ },
  standardNormal: { args: () => [{}], allowed: DEFAULTS },
  structuralDissimilarity: {
    args: () => [tf.zeros([1, 7, 7, 1]), tf.ones([1, 7, 7, 1]), { scales: 1, windowSize: 3, peak: 1 }],
    allowed: NUMBERS,
  },
  uniformSphere: {
    args: () => [{ latentDim: 2, radius: 2, center: [0, 1] }],
    allowed: /^options\.(radius|center): undefined$|^options\.radius: a number$/,
  },
  vampPrior: { args: () => [{ pseudoInputs: inputs }] },
  vectorQuantizer: {
    args: () => [{ ...tables, distance: "euclidean" }],
    allowed: /^options\.\w+: undefined$|(codes|dim|commitment|projectedDim|seed): a number$/,
  },
  vonMisesFisherPosterior: { args: () => [{ minimumConcentration: 1, proposals: 8 }], allowed: NUMBERS },
  wassersteinLoss: { args: () => [{}], allowed: DEFAULTS },
  withCodePrior: { args: () => [coded, codePrior] },
  wrappedNormal: { args: () => [{ curvature: 1, deviation: 1 }], allowed: NUMBERS },
  wrappedNormalPosterior: { args: () => [{ curvature: 1 }], allowed: NUMBERS },
  withPrior: { args: () => [model, asArgument(losses.gaussianMixture(mixture))] },
};

describeSlips("@latentkit/losses", losses, CASES, { free });

describe("slips in the calls of the values that they make", () => {
  const stream = () => random(1).at(0);
  const three = () => tf.zeros([2, 3]);
  const likelihoods = { bernoulli: 1, gaussian: 1, "gaussian learned": 2, categorical: 4 };
  const ofLikelihood = (name: string): users.Likelihood => {
    if (name === "categorical") return losses.categorical(4);
    if (name === "bernoulli") return losses.bernoulli();
    return losses.gaussian(name === "gaussian" ? {} : { deviation: "learned" });
  };
  const cases: (readonly [string, (...args: never[]) => unknown, SlipCase])[] = [];
  for (const [name, perValue] of Object.entries(likelihoods)) {
    const made = ofLikelihood(name);
    const parameters = () => tf.zeros([2, 3 * perValue]);
    const any: SlipCase["allowed"] = /^0: another shape$/;
    cases.push([`${name}.negativeLogLikelihood`, made.negativeLogLikelihood, { args: () => [three(), parameters()] }]);
    cases.push([`${name}.mean`, made.mean, { args: () => [parameters()], ...(perValue === 1 && { allowed: any }) }]);
    const sampled = { args: () => [parameters(), stream()], ...(perValue === 1 && { allowed: any }) };
    cases.push([`${name}.sample`, made.sample, sampled]);
  }
  for (const prior of [losses.standardNormal(), losses.gaussianMixture(mixture)]) {
    // More than these is in what models hand on.
    const options = { temperature: 1, truncation: 1 };
    const args = () => [3, 2, stream(), options];
    const numbers = prior.name === "standardNormal" ? /^[01]: a number$/ : /^0: a number$/;
    const allowed = new RegExp(
      `${numbers.source}|^3: (undefined|a disposed tensor)$|misspelt$|options\\.\\w+: (undefined|a number)$`,
    );
    cases.push([`${prior.name}.sample`, prior.sample, { args, allowed }]);
    const codes = {
      args: () => [tf.zeros([3, 2])],
      ...(prior.latentDim === undefined && { allowed: /another shape$/ }),
    };
    cases.push([`${prior.name}.logDensity`, prior.logDensity, codes]);
  }
  const games = [losses.hingeLoss(), losses.nonSaturatingLoss(), losses.minimaxLoss(), losses.wassersteinLoss()];
  for (const loss of [...games, losses.leastSquaresLoss(), losses.relativisticLoss(), losses.realnessLoss()]) {
    const scores = () => tf.zeros([2, loss.verdict ?? 1]);
    const args = () => [scores(), scores()];
    // A verdict for each place of a patch; the verdicts on data are read by relativistic losses only.
    const patches = loss.relativistic || loss.verdict ? {} : { allowed: /: another shape$/ };
    const alone = loss.relativistic ? {} : { allowed: loss.verdict ? /^1:/ : /^1:|: another shape$/ };
    cases.push([`${loss.name}.discriminator`, loss.discriminator, { args, ...patches }]);
    cases.push([`${loss.name}.generator`, loss.generator, { args, ...alone }]);
  }

  it.each(cases)("%s refuses them by name, or does what is meant", async (name, call, slips) => {
    expect(await sweepSlips(name, call, slips)).toEqual([]);
  });
});
