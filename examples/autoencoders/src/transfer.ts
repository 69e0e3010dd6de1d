/**
 * Representation transfer: an autoencoder is trained on all digits without labels; then its encoder gets a classifier, frozen and
 * fine-tuned, with few labels and with all, beside the same network from scratch.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders transfer
 */
import { denoisingAutoencoder, encoderClassifier } from "@latentkit/autoencoders";
import { decodeNetworks, encodeNetworks } from "@latentkit/core/authoring";
import { flags, report, timed } from "@latentkit/example-experiment";
import { maskingNoise, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(4, { labels: "100,1000,60000", "classifier-steps": "1000" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const shape = { hiddenUnits: [512], latentDim: 128, seed };
const fresh = () => mlpEncoder({ inputShape, ...shape, outputActivation: "relu" });
const model = denoisingAutoencoder({
  encoder: fresh(),
  decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
  corruption: maskingNoise({ rate: 0.4 }),
});
const pretraining = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
const trained = await encodeNetworks({ encoder: model.networks.encoder });
const copied = async () => (await decodeNetworks(trained)).networks.encoder!;

const { x, label } = test.gather();
const steps = Number(own["classifier-steps"]);
for (const wanted of own.labels!.split(",")) {
  const labelled = train.take(Math.min(Number(wanted), train.size));
  const accuracies: Record<string, number> = {};
  const seconds: Record<string, number> = {};
  for (const way of ["scratch", "frozen", "tuned"]) {
    const encoder = way === "scratch" ? fresh() : await copied();
    const classifier = encoderClassifier({ encoder, classes: 10, frozen: way === "frozen", seed });
    // A head alone is a convex problem, and takes larger steps.
    const learningRate = way === "frozen" ? 1e-2 : 1e-3;
    const batchSize = Math.min(100, labelled.size);
    const run = await timed(classifier, labelled, options, { steps, batchSize, optimizers: adam({ learningRate }) });
    const right = tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(classifier.classify(x), 1), label), "float32")));
    accuracies[way] = (await right.data())[0]!;
    seconds[way] = run.seconds;
    right.dispose();
    classifier.dispose();
  }
  const common = { experiment: "transfer", split: "test", examples: test.size, seed, pretrainingEpochs: epochs, steps };
  report({ ...common, labels: labelled.size, ...accuracies, seconds, pretrainingSeconds: pretraining.seconds });
}
