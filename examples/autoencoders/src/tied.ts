/**
 * Tied weights: parameters and test error beside the same network with a decoder of its own, dense and convolutional.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders tied
 */
import { autoencoder, tiedAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { convDecoder, convEncoder, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { digits, inputShape } from "./digits.js";

const options = await flags(5);
const { seed, epochs } = options;
const { train, test } = await digits(options);
const latentDim = 32;
const dense = () => mlpEncoder({ inputShape, hiddenUnits: [256], latentDim, seed });
const conv = () => convEncoder({ inputShape, filters: [8, 16], latentDim, seed });
const models = {
  "dense, tied": tiedAutoencoder({ encoder: dense() }),
  "dense, untied": autoencoder({
    encoder: dense(),
    decoder: mlpDecoder({ latentDim, hiddenUnits: [256], outputShape: inputShape, seed }),
  }),
  "convolutional, tied": tiedAutoencoder({ encoder: conv() }),
  "convolutional, untied": autoencoder({
    encoder: conv(),
    decoder: convDecoder({ latentDim, outputShape: inputShape, filters: [16, 8], seed }),
  }),
};
for (const [name, model] of Object.entries(models)) {
  const { seconds, step } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const { encoder, decoder } = model.networks;
  const parameters = encoder.countParams() + decoder.countParams();
  const { mean } = await reconstructionError(model, test);
  const common = { experiment: "tied-weights", model: name, split: "test", examples: test.size, latentDim, seed };
  report({ ...common, parameters, meanSquaredError: mean, epochs, steps: step, trainingSeconds: seconds });
  model.dispose();
}
