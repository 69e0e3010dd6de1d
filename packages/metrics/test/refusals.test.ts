import { ConfigError, LatentKitError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import * as metrics from "../src/index.js";
import { examplesOf, normalRows, uniformFactors } from "./disentanglement/support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const x = tf.ones([12, 2]);
const image = tf.ones([2, 12, 12, 1]);
const constant = (batch: tf.Tensor) => tf.zeros([batch.shape[0]!]);
const model = {
  latentDim: 2,
  encode: tf.clone,
  decode: tf.clone,
  reconstruct: tf.clone,
  elbo: (batch: tf.Tensor) => ({ elbo: constant(batch), reconstruction: constant(batch), kl: constant(batch) }),
  logImportanceWeights: (batch: tf.Tensor, count: number) => tf.zeros([batch.shape[0]!, count]),
  logLikelihood: constant,
};
const features = (batch: tf.Tensor) => tf.clone(batch);
const probe = { codes: x, labels: tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "int32") };
const moments = { mean: Float64Array.of(0), covariance: Float64Array.of(1), count: 9 };

const factors = examplesOf(normalRows(40, 2), uniformFactors(40, [2, 2]));
const draws = { train: 9, test: 9 };

/** Right arguments of each function, and options that it needs; `undefined` for functions without options. */
const functions: Readonly<
  Record<string, readonly [args: readonly unknown[], options?: Readonly<Record<string, unknown>>]>
> = {
  activeUnits: [[model, x], {}],
  anomalyScores: [[model, x], {}],
  auroc: [
    [
      [0.1, 0.9],
      [0, 1],
    ],
  ],
  betaVaeScore: [[model, factors], draws],
  bitsPerDimension: [[-3, 4]],
  classCoverage: [[x], { classify: features }],
  classifierScore: [[x], { classify: features }],
  dci: [[model, factors], {}],
  densityCoverage: [[x, x], { features }],
  digitClassifier: [[]],
  encodeDataset: [[model, x], {}],
  evidenceLowerBound: [[model, x], {}],
  factorVaeScore: [[model, factors], draws],
  featureMoments: [[x], { features }],
  frechetDistance: [[x, x], { features }],
  frechetDistanceOfMoments: [[moments, moments]],
  importanceWeightedLogLikelihood: [[model, x], { samples: 2 }],
  isomap: [[x], {}],
  kernelDistance: [[x, x], { features, subsetSize: 4, subsets: 2 }],
  linearProbe: [[probe, probe], {}],
  logLikelihood: [[model, x], {}],
  manifoldPrecision: [[x, x], {}],
  mixtureCoverage: [[x], { centres: [[0, 0]], deviation: 1 }],
  modularityExplicitness: [[model, factors], {}],
  mutualInformationGap: [[model, factors], {}],
  principalAngles: [[[[1, 0]], [[0, 1]]]],
  principalComponents: [[x], {}],
  psnr: [[x, x], {}],
  rankCorrelation: [
    [
      [1, 2],
      [2, 1],
    ],
  ],
  reconstructionError: [[model, x], {}],
  reconstructionQuality: [[model, image], {}],
  sampleCodes: [[x], { count: 2 }],
  samplePrecision: [[model, x], { references: 6, count: 6 }],
  sapScore: [[model, factors], {}],
  slicedWasserstein: [[x, x], {}],
  ssim: [[image, image], {}],
  totalCorrelation: [[model, x], {}],
  unsupervisedDisentanglementRanking: [[[model, model], x], {}],
};

/** What a call throws or rejects with. */
async function failure(name: string, args: readonly unknown[]): Promise<Error> {
  const call = (metrics as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[name]!;
  try {
    const result = await call(...args);
    tf.dispose(result as tf.TensorContainer);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${name} accepted ${JSON.stringify(args.map((arg) => typeof arg))}`);
}

it("lists every function of the package", () => {
  const exported = Object.entries(metrics).filter(([, value]) => typeof value === "function");
  expect(Object.keys(functions)).toEqual(exported.map(([name]) => name).sort());
});

describe.each(Object.entries(functions).filter(([, [args]]) => args.length > 0))("%s", (name, [args, options]) => {
  if (options !== undefined) {
    it("refuses misspelt options, and what are no options, in its own name", async () => {
      for (const wrong of [{ ...options, batchSise: 3 }, null, 3, [1]]) {
        const error = await failure(name, [...args, wrong]);
        expect(error).toBeInstanceOf(ConfigError);
        expect(error.message).toMatch(
          new RegExp(`^${name}: (unknown option \`batchSise\`|expected an object of options)`),
        );
      }
    });

    it("refuses options of other types, in its own name", async () => {
      const known = [
        "batchSize",
        "limit",
        "seed",
        "count",
        "neighbours",
        "components",
        "threshold",
        "peak",
        "subsets",
        "splits",
      ];
      let refused = 0;
      for (const option of [...known, "signal", "features", "classify", "region", "order", "score"]) {
        for (const wrong of ["3", Number.NaN, -1, { value: 1 }]) {
          const error = await failure(name, [...args, { ...options, [option]: wrong }]);
          expect(error).toBeInstanceOf(ConfigError);
          expect(error.message.startsWith(`${name}: `), error.message).toBe(true);
          if (!error.message.includes("unknown option")) refused++;
        }
      }
      expect(refused).toBeGreaterThan(0);
    });
  }

  it("refuses arguments of other types with an error of the library, in its own name, and leaks nothing", async () => {
    const before = tf.memory().numTensors;
    for (const place of args.keys()) {
      for (const wrong of [undefined, null, "text", {}, Promise.resolve(x)]) {
        const error = await failure(name, [...args.with(place, wrong), ...(options ? [options] : [])]);
        expect(error, `argument ${place}: ${String(wrong)}: ${error.message}`).toBeInstanceOf(LatentKitError);
        expect(error.message.startsWith(`${name}: `), error.message).toBe(true);
      }
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
