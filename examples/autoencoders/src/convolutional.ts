/**
 * Convolutions against dense layers with codes of one size, with both ways of making images larger: transposed convolutions, and
 * repeated pixels with a convolution.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders convolutional
 */
import { convAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { reconstructionSheet, savePicture, stackPictures } from "@latentkit/viz";
import { digits, inputShape } from "./digits.js";

const options = await flags(10, {
  latent: "32",
  only: "dense,transposed,upsampling",
  out: "runs/autoencoders/convolutional.png",
});
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = Number(own.latent);
const conv = { inputShape, filters: [16, 32], latentDim, seed };
const build = {
  dense: () => stackedAutoencoder({ inputShape, hiddenUnits: [512, 128], latentDim, seed }),
  transposed: () => convAutoencoder({ ...conv, upsampling: "transposed" }),
  upsampling: () => convAutoencoder({ ...conv, upsampling: "nearest" }),
};
const names = own.only!.split(",") as (keyof typeof build)[];
const { x } = test.gather([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const pictures = [];
for (const name of names) {
  const model = build[name]();
  const { seconds, step } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const { encoder, decoder } = model.networks;
  const parameters = encoder.countParams() + decoder.countParams();
  const { mean } = await reconstructionError(model, test);
  const common = { experiment: "convolutional", model: name, split: "test", examples: test.size, latentDim, seed };
  report({ ...common, parameters, meanSquaredError: mean, epochs, steps: step, trainingSeconds: seconds });
  pictures.push(await reconstructionSheet(model, x));
  model.dispose();
}
await savePicture(stackPictures(pictures, { labels: names, gap: 8 }), own.out!);
