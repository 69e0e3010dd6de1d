import * as tf from "@tensorflow/tfjs";

/** Weights of the reference network by layer: `encoderHidden/kernel`. */
export type Parameters = Readonly<Record<string, readonly number[] | readonly number[][]>>;

/** Networks built from plain layers, so that the family is tested without the builders of another package. */
export interface Networks {
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
}

/** The network of `fixtures/make_reference.py`, with its weights. */
export function referenceNetworks(parameters: Parameters): Networks {
  const dense = (name: string, units: number, activation: "tanh" | "linear") => {
    const layer = tf.layers.dense({ units, activation, name });
    const set = (): void => {
      const weights = [parameters[`${name}/kernel`], parameters[`${name}/bias`]].map((value) =>
        tf.tensor(value as number[]),
      );
      layer.setWeights(weights);
      tf.dispose(weights);
    };
    return { layer, set };
  };
  const layers = {
    encoderHidden: dense("encoderHidden", 4, "tanh"),
    mean: dense("encoderMean", 2, "linear"),
    logVariance: dense("encoderLogVariance", 2, "linear"),
    decoderHidden: dense("decoderHidden", 4, "tanh"),
    output: dense("decoderOutput", 5, "linear"),
  };
  const x = tf.input({ shape: [5] });
  const hidden = layers.encoderHidden.layer.apply(x) as tf.SymbolicTensor;
  const heads = [layers.mean, layers.logVariance].map(({ layer }) => layer.apply(hidden) as tf.SymbolicTensor);
  const z = tf.input({ shape: [2] });
  const output = layers.output.layer.apply(layers.decoderHidden.layer.apply(z)) as tf.SymbolicTensor;
  const networks = {
    encoder: tf.model({ inputs: x, outputs: heads, name: "encoder" }),
    decoder: tf.model({ inputs: z, outputs: output, name: "decoder" }),
  };
  for (const layer of Object.values(layers)) layer.set();
  return networks;
}

/** The parameters of `fixtures/linear-gaussian.json`. */
export interface LinearGaussian {
  readonly deviation: number;
  readonly decoderKernel: number[][];
  readonly decoderBias: number[];
  readonly encoderKernel: number[][];
  readonly encoderBias: number[];
  readonly logVariance: number[];
  readonly x: number[][];
  readonly logLikelihood: number[];
}

/**
 * Probabilistic PCA with its exact posterior as the encoder.
 *
 * @param error - Added to the log variances and the means: an encoder that is wrong by a known amount.
 */
export function linearNetworks(model: LinearGaussian, error = 0): Networks {
  const [dataDim, latentDim] = [model.decoderBias.length, model.logVariance.length];
  const x = tf.input({ shape: [dataDim] });
  const mean = tf.layers.dense({ units: latentDim, name: "mean" });
  const logVariance = tf.layers.dense({ units: latentDim, name: "logVariance" });
  const encoder = tf.model({
    inputs: x,
    outputs: [mean, logVariance].map((layer) => layer.apply(x) as tf.SymbolicTensor),
  });
  const z = tf.input({ shape: [latentDim] });
  const output = tf.layers.dense({ units: dataDim, name: "output" });
  const decoder = tf.model({ inputs: z, outputs: output.apply(z) as tf.SymbolicTensor });
  tf.tidy(() => {
    const shifted = (values: number[]) => tf.add(tf.tensor1d(values), error);
    mean.setWeights([tf.tensor2d(model.encoderKernel), shifted(model.encoderBias)]);
    logVariance.setWeights([tf.zeros([dataDim, latentDim]), shifted(model.logVariance)]);
    output.setWeights([tf.tensor2d(model.decoderKernel), tf.tensor1d(model.decoderBias)]);
  });
  return { encoder, decoder };
}
