import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import { number } from "../options/numbers.js";
import { optional } from "../options/option.js";
import { resolveOptions } from "../options/resolve.js";
import { instance } from "../options/values.js";

/** The groups of codes that {@link latentArithmetic} adds and takes away. */
export interface LatentTerms {
  /** Codes of examples that have what is wanted, `[any, latentDim]`; their mean is added. */
  readonly plus?: tf.Tensor;
  /** Codes of examples that have what is to go, `[any, latentDim]`; their mean is taken away. */
  readonly minus?: tf.Tensor;
  /** How far to go. Default 1. */
  readonly amount?: number;
}

const codesOption = instance<tf.Tensor>("a tensor of codes", (value) => value instanceof tf.Tensor);
const TERMS = { plus: optional(codesOption), minus: optional(codesOption), amount: number({ default: 1 }) };

/**
 * Moves codes by the difference of two groups' means: `codes + amount · (mean(plus) − mean(minus))`, as in "man with glasses
 * − man + woman". Groups of a few examples give steadier results than single codes.
 *
 * **Shapes**: `codes` `[batch, latentDim]` → the same.
 *
 * **Source**: Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
 * Adversarial Networks", 2016, section 6.3.2. https://arxiv.org/abs/1511.06434
 *
 * @throws ShapeError when the groups' codes have another size; ConfigError for an amount that is no number.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { latentArithmetic } from "@latentkit/core";
 * const [plain, bold, thin] = [tf.zeros([1, 4]), tf.ones([3, 4]), tf.zeros([3, 4])];
 * const bolder = latentArithmetic(plain, { plus: bold, minus: thin, amount: 0.5 });
 * ```
 */
export function latentArithmetic(codes: tf.Tensor, terms: LatentTerms): tf.Tensor2D {
  const { plus, minus, amount } = resolveOptions("latentArithmetic", TERMS, terms);
  checkTensor("latentArithmetic", "codes", codes, [null, null]);
  const size = codes.shape[1] as number;
  return tf.tidy(() => {
    const zero = tf.zeros([size]);
    const added = plus === undefined ? zero : meanCode("latentArithmetic", "plus", plus, size);
    const taken = minus === undefined ? zero : meanCode("latentArithmetic", "minus", minus, size);
    return tf.add(codes, tf.mul(amount, tf.sub(added, taken))) as tf.Tensor2D;
  });
}

/**
 * The direction in which an attribute grows: the mean code of examples that have it minus the mean code of those that lack
 * it. Add multiples of it to any code.
 *
 * **Shapes**: `[any, latentDim]` twice → `[latentDim]`.
 *
 * **Source**: Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016, section 4.1.
 * https://arxiv.org/abs/1512.09300
 *
 * @throws ShapeError unless both are `[any, latentDim]` with the same size of code.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { attributeDirection } from "@latentkit/core";
 * const direction = attributeDirection(tf.ones([5, 2]), tf.zeros([9, 2])); // [1, 1]
 * ```
 */
export function attributeDirection(codesWith: tf.Tensor, codesWithout: tf.Tensor): tf.Tensor1D {
  checkTensor("attributeDirection", "codesWith", codesWith, [null, null]);
  const size = codesWith.shape[1] as number;
  return tf.tidy(() =>
    tf.sub(
      meanCode("attributeDirection", "codesWith", codesWith, size),
      meanCode("attributeDirection", "codesWithout", codesWithout, size),
    ),
  );
}

function meanCode(owner: string, name: string, codes: tf.Tensor, size: number): tf.Tensor1D {
  checkTensor(owner, name, codes, [null, size]);
  check(owner).that(name, codes.shape, codes.shape[0] !== 0, "at least one code");
  return tf.mean(codes, 0);
}
