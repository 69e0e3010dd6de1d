/**
 * Denoising: PSNR of restored test digits over that of the damaged ones, for three kinds of damage at three levels, beside the
 * same network trained without damage. One network for each kind and level.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders denoising
 */
import { denoisingAutoencoder } from "@latentkit/autoencoders";
import { type Reconstructs, random } from "@latentkit/core";
import { withRandom } from "@latentkit/core/authoring";
import { flags, report, timed } from "@latentkit/example-experiment";
import { maskingNoise, mlpDecoder, mlpEncoder, saltAndPepperNoise, seededGaussianNoise } from "@latentkit/layers";
import { psnr } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(3, { kinds: "gaussian,masking,saltAndPepper", out: "runs/autoencoders/denoising.png" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const damages: Record<string, { levels: readonly number[]; make(level: number): tf.layers.Layer }> = {
  gaussian: { levels: [0.1, 0.3, 0.5], make: (deviation) => seededGaussianNoise({ deviation }) },
  masking: { levels: [0.1, 0.3, 0.5], make: (rate) => maskingNoise({ rate }) },
  saltAndPepper: { levels: [0.1, 0.2, 0.4], make: (rate) => saltAndPepperNoise({ rate }) },
};
const { x } = test.take(Math.min(2000, test.size)).gather();

async function trained(corruption: tf.layers.Layer) {
  const shape = { hiddenUnits: [], latentDim: 512, seed };
  const model = denoisingAutoencoder({
    encoder: mlpEncoder({ inputShape, ...shape, outputActivation: "relu" }),
    decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
    corruption,
  });
  const { seconds } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  return { model, seconds };
}
const mean = async (restored: () => tf.Tensor): Promise<number> => {
  const value = tf.tidy(() => tf.mean(psnr(x, restored())));
  return (await value.data())[0]!;
};
const restore = (model: Reconstructs, damaged: tf.Tensor) => mean(() => model.reconstruct(damaged));

const plain = await trained(maskingNoise({ rate: 0 }));
const rows: tf.Tensor[] = [];
const kinds = own.kinds!.split(",");
for (const kind of kinds) {
  const { levels, make } = damages[kind]!;
  for (const level of levels) {
    const damage = make(level);
    const damaged = withRandom(random(99), () => damage.apply(x, { training: true }) as tf.Tensor);
    const { model, seconds } = await trained(damage);
    const [noisy, restored, without] = [
      await mean(() => damaged),
      await restore(model, damaged),
      await restore(plain.model, damaged),
    ];
    const common = { experiment: "denoising", kind, level, split: "test", examples: x.shape[0], seed, epochs };
    report({ ...common, noisy, restored, gain: restored - noisy, plainNetwork: without, trainingSeconds: seconds });
    if (level === levels[1]) rows.push(damaged.slice(0, 10), model.reconstruct(damaged.slice(0, 10)));
    model.dispose();
  }
}
const pictures = await Promise.all(rows.map((row) => imageGrid(row, { columns: 10 })));
const labels = kinds.flatMap((kind) => [kind, "restored"]);
await savePicture(stackPictures(pictures, { labels, gap: 4 }), own.out!);
