import { choice, type Option } from "@latentkit/core/authoring";
import { ADVERSARIAL, type Conventions } from "./assembly.js";

/** Values of images: `unit` for [0, 1], which the datasets give, `signed` for [−1, 1]. */
export type ImageRange = "unit" | "signed";

/** {@link ImageRange} as an option. */
export const IMAGE_RANGE: Option<ImageRange, "defaulted"> = choice(["unit", "signed"], { default: "unit" });

/**
 * Weights start at N(0, 0.02²). The momentum of normalisation is PyTorch's 0.1 the other way round: moving statistics settle
 * within tens of steps.
 *
 * **Source** Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
 * Networks", 2016, section 4. https://arxiv.org/abs/1511.06434
 */
export const DCGAN: Conventions = {
  ...ADVERSARIAL,
  hidden: "normal",
  output: "normal",
  normalization: { momentum: 0.9, epsilon: 1e-5 },
};
