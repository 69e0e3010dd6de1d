/**
 * Contractive codes: how fast codes change with the data, the squared norm of the encoder's derivatives on test digits, with the
 * penalty at three weights and without; the error, and what a linear classifier reads from the codes.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders contractive
 */
import { contractiveAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { encodeDataset, linearProbe, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { type Digits, digits, inputShape } from "./digits.js";

const options = await flags(4, { weights: "0,0.0001,0.001,0.01", labels: "1000" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const labelled = train.take(Math.min(Number(own.labels), train.size));
const shape = { hiddenUnits: [], latentDim: 256, seed };

for (const weight of own.weights!.split(",").map(Number)) {
  const model = contractiveAutoencoder({
    encoder: mlpEncoder({ inputShape, ...shape, outputActivation: "sigmoid" }),
    decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
    weight,
  });
  const { seconds } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const codesOf = async (data: Digits) => {
    const { codes, labels } = await encodeDataset(model, data);
    return { codes, labels: labels! };
  };
  const [known, held] = [await codesOf(labelled), await codesOf(test)];
  const statistics = tf.tidy(() => {
    const [kernel] = model.networks.encoder.getWeights() as [tf.Tensor2D];
    const lengths = tf.sum(tf.square(kernel), 0);
    const slopes = tf.mul(held.codes, tf.sub(1, held.codes));
    const norms = tf.sum(tf.mul(tf.square(slopes), lengths), 1);
    return tf.stack([tf.mean(norms), tf.mean(tf.sqrt(tf.moments(held.codes, 0).variance))]);
  });
  const [jacobianNorm, deviation] = await statistics.data();
  const { accuracy } = await linearProbe(known, held);
  const { mean } = await reconstructionError(model, test);
  const common = {
    experiment: "contractive",
    weight,
    split: "test",
    examples: test.size,
    latentDim: 256,
    seed,
    epochs,
  };
  const codes = { jacobianNorm, deviation, linearProbe: accuracy, labels: labelled.size };
  report({ ...common, ...codes, meanSquaredError: mean, trainingSeconds: seconds });
  tf.dispose([known, held, statistics]);
  model.dispose();
}
