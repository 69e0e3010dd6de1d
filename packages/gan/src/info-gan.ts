import type { ModelFactory, RandomSource, Schedule, StepContext } from "@latentkit/core";
import {
  applyAll,
  check,
  checkRandom,
  checkTensor,
  defineModel,
  listOf,
  number,
  schedule,
  value,
  withDefault,
} from "@latentkit/core/authoring";
import { type AdversarialLoss, nonSaturatingLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { categoricalCode } from "./codes/categorical-code.js";
import type { LatentCode } from "./codes/latent-code.js";
import { uniformCode } from "./codes/uniform-code.js";
import { adversarialModel } from "./internal/adversarial-model.js";
import type { Generated, Verdict } from "./internal/game.js";
import { drawNoise } from "./internal/noise.js";
import { penalty, players, rules } from "./internal/options.js";
import type { AdversarialOptions, Gan } from "./types.js";

/** Options of {@link infoGan}. */
export interface InfoGanOptions extends AdversarialOptions {
  /** Noise and codes, joined, `[batch, latentDim]` → examples. */
  readonly generator: tf.LayersModel;
  /** Examples → a logit `[batch, 1]` and the codes' parameters: build it with `heads: [total parameters]`. */
  readonly discriminator: tf.LayersModel;
  /** The codes, in the order in which they end the generator's input and fill the recogniser's output. */
  readonly codes: readonly LatentCode[];
  /** Weight λ of the mutual information. Default 1; 0.1 for continuous codes alone. */
  readonly informationWeight?: number;
  /**
   * Weight of the mutual information I(x; c) between *data* and their recognised codes, which asks Q to be sure of real
   * examples and to use all values alike; for codes with `information`, such as `categoricalCode`. Default 0.
   */
  readonly dataInformationWeight?: number | Schedule;
  /** What is played for. Default `nonSaturatingLoss()`. */
  readonly loss?: AdversarialLoss;
}

/** A GAN whose codes mean something. */
export interface InfoGan extends Gan {
  /** The codes of examples as the recogniser sees them, one tensor `[batch, size]` for each code. */
  recognise(x: tf.Tensor): tf.Tensor2D[];
  /** Generator input for chosen codes `[batch, total size]`, completed with noise: `[batch, latentDim]`. */
  withCodes(codes: tf.Tensor2D, random: RandomSource): tf.Tensor2D;
}

/**
 * InfoGAN: a part c of the generator's input is to be found again in its samples, min_{G,Q} max_D V(D, G) − λ·L_I(G, Q) with
 * L_I = E[log Q(c|x)], a lower bound of the mutual information I(c; G(z, c)) up to the codes' entropy. Q is a second head on
 * the discriminator's features; D's game is untouched. Codes end up meaning digit class, slant or width without a label.
 *
 * With `dataInformationWeight` λ', D and Q also minimise −λ'·I(x; c) on data, I = H(mean of Q(c|x)) − mean of H(Q(c|x)): codes
 * then divide the data where they are thin, as in discriminative clustering.
 *
 * **Shapes**: `x` `[batch, …]`. **Units**: `generator/codes` is λ·E[−log Q(c|x)], `discriminator/data` −λ'·I(x; c), in nats.
 *
 * **Source**: Chen et al., "InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial
 * Nets", 2016, equations 5 and 6, https://arxiv.org/abs/1606.03657; information on data: Krause, Perona and Gomes,
 * "Discriminative Clustering by Regularized Information Maximization", 2010, and Springenberg, "Unsupervised and
 * Semi-supervised Learning with Categorical Generative Adversarial Networks", 2016, https://arxiv.org/abs/1511.06390.
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other or the codes.
 * @example
 * ```ts
 * import { categoricalCode, infoGan, uniformCode } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const codes = [categoricalCode({ classes: 8 }), uniformCode({ count: 1 })];
 * const generator = mlpGenerator({ latentDim: 2 + 9, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16], heads: [9] });
 * const model = infoGan({ generator, discriminator, codes });
 * ```
 */
export const infoGan: ModelFactory<InfoGanOptions, InfoGan> = defineModel(
  "infoGan",
  {
    ...players,
    ...rules,
    penalty,
    loss: withDefault(adversarialLossOption(), nonSaturatingLoss()),
    codes: listOf(
      value<LatentCode>({
        expected: "a code such as categoricalCode({ classes: 10 })",
        accepts: (given) => typeof (given as LatentCode | null)?.negativeLogLikelihood === "function",
        factories: [categoricalCode, uniformCode],
      }),
      { minLength: 1 },
    ),
    informationWeight: number({ min: 0, default: 1 }),
    dataInformationWeight: schedule({ min: 0, default: 0 }),
  },
  ({ codes, informationWeight, dataInformationWeight: dataWeight, ...options }) => {
    const owner = "infoGan";
    const { prior, discriminator } = options;
    check(owner).that(
      "dataInformationWeight",
      dataWeight,
      dataWeight === 0 || codes.some((code) => code.information !== undefined),
      "0 unless a code has `information`, as a categorical one has",
    );
    const parameters = codes.map((code) => code.parameters);
    const size = codes.reduce((total, code) => total + code.size, 0);
    const latentDim = options.generator.inputs[0]!.shape[1]!;
    const noiseDim = latentDim - size;
    check(owner).that(
      "generator",
      latentDim,
      noiseDim >= 0,
      `a network with an input of at least ${size}, the codes' size`,
    );

    const join = (noise: tf.Tensor2D, drawn: readonly tf.Tensor2D[]) => tf.concat([noise, ...drawn], 1);
    // A split into one part has no gradient in TensorFlow.js.
    const split = (head: tf.Tensor): tf.Tensor2D[] =>
      codes.length === 1 ? [tf.clone(head) as tf.Tensor2D] : tf.split(head as tf.Tensor2D, parameters, 1);
    /** −λ·L_I: the same term for both players, since Q is on the discriminator's features. */
    const information = (verdict: Verdict, generated: Generated) => {
      const found = split(verdict[1]!);
      const surprise = codes.map((code, i) => tf.mean(code.negativeLogLikelihood(generated.codes![i]!, found[i]!)));
      return { codes: tf.mul<tf.Scalar>(informationWeight, tf.addN(surprise)) };
    };
    /** −λ'·I(x; c) of data, under the codes that Q tells. */
    const dataInformation = (verdict: Verdict, step: StepContext): Record<string, tf.Scalar> => {
      if (dataWeight === 0) return {};
      const found = split(verdict[1]!);
      const told = codes.flatMap((code, i) => code.information?.(found[i]!) ?? []);
      return { data: tf.neg(tf.mul<tf.Scalar>(step.schedule(dataWeight), tf.addN(told))) };
    };

    const model = adversarialModel({
      owner,
      ...options,
      heads: [parameters.reduce((a, b) => a + b)],
      noise(count, _, random) {
        const drawn = codes.map((code) => code.sample(count, random));
        return { z: join(drawNoise(prior, count, noiseDim, random), drawn), codes: drawn };
      },
      discriminatorTerms: ({ real, fake }, _, generated, step) => ({
        ...information(fake, generated),
        ...dataInformation(real, step),
      }),
      generatorTerms: (fake, _, generated) => information(fake, generated),
    });
    return {
      ...model,
      withCodes(told: tf.Tensor2D, random: RandomSource) {
        checkTensor(owner, "codes", told, [null, size]);
        checkRandom(owner, random);
        return tf.tidy(() => join(drawNoise(prior, told.shape[0], noiseDim, random), [told]));
      },
      recognise(x: tf.Tensor) {
        checkTensor(owner, "x", x, discriminator.inputs[0]!.shape);
        return tf.tidy(() => split(applyAll(discriminator, x)[1]!).map((found, i) => codes[i]!.recognise(found)));
      },
    };
  },
);
