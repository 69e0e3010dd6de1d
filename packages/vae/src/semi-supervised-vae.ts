import type { Classifies, ModelFactory, Schedule } from "@latentkit/core";
import {
  apply,
  checkShape,
  checkTensor,
  conditionFields,
  defineModel,
  network,
  oneHot,
  outputShape,
  schedule,
  smoothExp,
  smoothLogSumExp,
} from "@latentkit/core/authoring";
import { categoricalCrossEntropy } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { eachTimes } from "./internal/each-times.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link semiSupervisedVae}. */
export interface SemiSupervisedVaeOptions extends LatentOptions {
  /** q(y|x): `[batch, …]` → logits `[batch, classes]`. Encoder and decoder are built with as many `classes`. */
  readonly classifier: tf.LayersModel;
  /**
   * Weight α of the classifier's own loss for each labelled example. The paper's is 0.1 times how many examples there are for a labelled
   * one. Default 10, that of one label in a hundred.
   */
  readonly alpha?: number | Schedule;
}

/** What {@link semiSupervisedVae} returns. */
export interface SemiSupervisedVae extends LatentVariableModelOf<"semiSupervisedVae">, Classifies {
  readonly networks: LatentVariableModelOf<"semiSupervisedVae">["networks"] & { readonly classifier: tf.LayersModel };
}

/**
 * Semi-supervised VAE (M2): a conditional VAE that learns from examples with and without a label. Where the label is missing, it is one
 * more thing to be inferred, by a classifier that all examples train: for many examples and few labels.
 *
 * Minimises, on average over the batch, with L(x, y) = −E_q(z|x,y)[log p(x|y, z)] + KL(q(z|x, y) ‖ p(z)) + log K for K classes,
 *
 *     L(x, y) − α·log q(y|x)                             of an example with the label y
 *     Σ_y q(y|x)·L(x, y) + Σ_y q(y|x)·log q(y|x)         of one without.
 *
 * All classes are tried for all examples, so that a step costs about K times a conditional VAE's. Logs `semiSupervisedVae/bound`, the
 * sums without α, and of labelled examples `semiSupervisedVae/crossEntropy` and `semiSupervisedVae/accuracy`.
 *
 * **Shapes**: `batch.x` `[batch, …]`; `batch.label` `[batch]` int32, −1 for an example without a label; codes `[batch, latentDim]`.
 * **Units**: nats per example.
 *
 * **Source**: Kingma, Rezende, Mohamed and Welling, "Semi-supervised Learning with Deep Generative Models", 2014, equations 6 to 9.
 * https://arxiv.org/abs/1406.5298
 *
 * @throws ShapeError when networks and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { semiSupervisedVae } from "@latentkit/vae";
 * const [inputShape, hiddenUnits, classes] = [[28, 28, 1], [64], 10];
 * const model = semiSupervisedVae({
 *   encoder: mlpGaussianEncoder({ inputShape, hiddenUnits, latentDim: 8, classes }),
 *   decoder: mlpDecoder({ outputShape: inputShape, hiddenUnits, latentDim: 8, classes }),
 *   classifier: mlpEncoder({ inputShape, hiddenUnits, latentDim: classes, name: "classifier" }),
 * });
 * ```
 */
export const semiSupervisedVae: ModelFactory<SemiSupervisedVaeOptions, SemiSupervisedVae> = defineModel(
  "semiSupervisedVae",
  { ...latentOptions, classifier: network(), alpha: schedule({ min: 0, default: 10 }) },
  ({ classifier, alpha, ...parts }) => {
    const owner = "semiSupervisedVae";
    const dataShape = parts.encoder.inputs[0]!.shape;
    checkShape(owner, "classifier's input", classifier.inputs[0]!.shape, dataShape);
    checkShape(owner, "classifier's output", outputShape(owner, "classifier", classifier), [null, null]);
    const classes = classifier.outputs[0]!.shape[1]!;
    const given = conditionFields({ label: { classes } });
    const { model, pass, updates } = latentVariableModel({ owner, ...parts, given });
    const support = {
      min: -1,
      max: classes - 1,
      integer: true,
      name: `class numbers from 0 to ${classes - 1}, or -1 for none`,
    };
    return {
      ...model,
      networks: { ...model.networks, classifier },
      fields: { ...model.fields, label: { shape: [null], support } },
      classes,
      classify: (x) =>
        tf.tidy(() => {
          checkTensor(owner, "x", x, dataShape);
          return apply<tf.Tensor2D>(classifier, x);
        }),
      objectives: [
        {
          name: owner,
          updates: [...updates, classifier],
          loss({ x, label }, step) {
            const batch = x.shape[0]!;
            const known = tf.cast(tf.greaterEqual(label!, 0), "float32"); // [batch]
            const labels = tf.maximum(tf.cast(label!, "int32"), tf.scalar(0, "int32"));

            // L(x, y) of every example with every class: [batch, classes]
            const tried = tf.tile(tf.range(0, classes, 1, "int32"), [batch]);
            const passed = pass({ x: eachTimes(x, classes), label: tried }, step);
            const drawn = passed.draw();
            const rows = tf.add(passed.reconstruction(drawn.z), tf.sum(passed.kl(drawn), 1));
            const bounds = tf.add(tf.reshape(rows, [batch, classes]), Math.log(classes));

            const logits = apply<tf.Tensor2D>(classifier, x, step);
            const logShares = tf.sub(logits, tf.expandDims(smoothLogSumExp(logits), 1)); // log q(y|x)
            const unlabelled = tf.sum(tf.mul(smoothExp(logShares), tf.add(bounds, logShares)), 1);
            const labelled = tf.sum(tf.mul(oneHot(labels, classes), bounds), 1);
            const bound = tf.mean<tf.Scalar>(tf.add(unlabelled, tf.mul(known, tf.sub(labelled, unlabelled))));

            const errors = tf.mul(known, categoricalCrossEntropy(labels, logits));
            const total = tf.add<tf.Scalar>(bound, tf.mul(step.schedule(alpha), tf.mean(errors)));
            const count = tf.maximum(tf.sum(known), 1);
            const right = tf.mul(known, tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"));
            const [crossEntropy, accuracy] = [errors, right].map((of) => tf.div(tf.sum(of), count)) as [
              tf.Scalar,
              tf.Scalar,
            ];
            return { total, parts: { bound, crossEntropy, accuracy } };
          },
        },
      ],
    };
  },
);
