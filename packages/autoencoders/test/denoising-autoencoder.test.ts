import { random } from "@latentkit/core";
import { stepContext, withRandom } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { maskingNoise, saltAndPepperNoise, seededGaussianNoise } from "@latentkit/layers";
import { meanSquaredError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type DenoisingAutoencoderOptions, denoisingAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<DenoisingAutoencoderOptions> = {}) =>
  denoisingAutoencoder({ ...smallNetworks(), corruption: maskingNoise({ rate: 0.5 }), ...options });

describeModel("denoisingAutoencoder", {
  factory: denoisingAutoencoder,
  create,
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => create({ noise: 1 } as never),
    "a corruption that is no layer": () => create({ corruption: 0.5 as never }),
    "data of the wrong shape": () => create().encode(tf.zeros([2, 3])),
  },
});

describe("denoisingAutoencoder", () => {
  it.each([
    ["masking", maskingNoise({ rate: 0.5 })],
    ["Gaussian", seededGaussianNoise({ deviation: 0.3 })],
    ["salt-and-pepper", saltAndPepperNoise({ rate: 0.3 })],
  ])("compares the reconstruction of the damaged example (%s) with the clean one", async (_, corruption) => {
    const model = create({ corruption });
    const { x } = smallBatch();
    const [loss, expected, clean] = tf.tidy(() => {
      const source = random(3);
      const damaged = withRandom(random(3), () => corruption.apply(x, { training: true }) as tf.Tensor);
      return [
        withRandom(source, () => model.objectives[0]!.loss({ x }, stepContext(source, 0, true)).total),
        tf.mean(meanSquaredError(x, model.reconstruct(damaged))),
        tf.mean(meanSquaredError(x, model.reconstruct(x))),
      ] as const;
    });
    await expectSameTensors(loss, expected);
    expect((await loss.data())[0]).not.toBe((await clean.data())[0]);
    tf.dispose([loss, expected, clean, x]);
    model.dispose();
  });
});
