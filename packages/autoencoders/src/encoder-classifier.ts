import type { Classifies, LabelledBatch, Model, ModelFactory } from "@latentkit/core";
import { apply, applyAll, checkTensor, defineModel, flag, integer, network, sizes } from "@latentkit/core/authoring";
import { mlpDecoder } from "@latentkit/layers";
import { categoricalCrossEntropy } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link encoderClassifier}. */
export interface EncoderClassifierOptions {
  /** A trained encoder, of an autoencoder or a VAE; its first output is the code. */
  readonly encoder: tf.LayersModel;
  /** Number of classes. */
  readonly classes: number;
  /** `true` leaves the encoder as it is and trains the head alone; `false`, the default, fine-tunes both. */
  readonly frozen?: boolean;
  /** Widths of hidden layers between code and classes. Default none, a linear classifier. */
  readonly hiddenUnits?: readonly number[];
  /** Seed of the head's initial weights. Default 0. */
  readonly seed?: number;
}

/** What {@link encoderClassifier} returns. */
export interface EncoderClassifier extends Model<LabelledBatch>, Classifies {
  readonly networks: { readonly encoder: tf.LayersModel; readonly head: tf.LayersModel };
}

/**
 * Representation transfer: an encoder that was trained without labels, its decoder dropped, with a classifier on top. Good where
 * examples are many and labels few.
 *
 * Minimises the mean cross-entropy −log softmax(head(f(x)))[label]; logs the accuracy of the batch. A frozen encoder runs in
 * evaluation mode, without noise and with its moving statistics.
 *
 * **Shapes**: `batch.x` `[batch, …]`, `batch.label` `[batch]` int32, logits `[batch, classes]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Erhan et al., "Why Does Unsupervised Pre-training Help Deep Learning?", 2010,
 * https://jmlr.org/papers/v11/erhan10a.html
 *
 * @throws ConfigError for options that cannot work; ShapeError when data do not fit the encoder.
 * @example
 * ```ts
 * import { encoderClassifier, stackedAutoencoder } from "@latentkit/autoencoders";
 * import { glyphs } from "@latentkit/data";
 * import { train } from "@latentkit/training";
 * const { networks } = stackedAutoencoder({ inputShape: [28, 28, 1], hiddenUnits: [64], latentDim: 16 });
 * const classifier = encoderClassifier({ encoder: networks.encoder, classes: 10, frozen: true });
 * await train(classifier, glyphs({ count: 128 }), { epochs: 1 });
 * ```
 */
export const encoderClassifier: ModelFactory<EncoderClassifierOptions, EncoderClassifier> = defineModel(
  "encoderClassifier",
  {
    encoder: network(),
    classes: integer({ min: 2 }),
    frozen: flag({ default: false }),
    hiddenUnits: sizes({ minLength: 0, default: [] }),
    seed: integer({ min: 0, default: 0 }),
  },
  ({ encoder, classes, frozen, hiddenUnits, seed }) => {
    const latentDim = encoder.outputs[0]!.shape.at(-1) as number;
    const head = mlpDecoder({ latentDim, hiddenUnits, outputShape: [classes], seed, name: "head" });
    const dataShape = encoder.inputs[0]!.shape;
    return {
      networks: { encoder, head },
      fields: { x: { shape: dataShape }, label: { shape: [null], classes } },
      classes,
      objectives: [
        {
          name: "encoderClassifier",
          updates: frozen ? [head] : [encoder, head],
          loss({ x, label }, step) {
            const [code] = applyAll(encoder, x, frozen ? { training: false } : step);
            const logits = apply(head, code!, step);
            const total = tf.mean<tf.Scalar>(categoricalCrossEntropy(label, logits));
            const right = tf.equal(tf.argMax(logits, 1), tf.cast(label, "int32"));
            return { total, parts: { accuracy: tf.mean<tf.Scalar>(tf.cast(right, "float32")) } };
          },
        },
      ],
      classify: (x) =>
        tf.tidy(() => {
          checkTensor("encoderClassifier", "x", x, dataShape);
          return apply<tf.Tensor2D>(head, applyAll(encoder, x)[0]!);
        }),
    };
  },
);
