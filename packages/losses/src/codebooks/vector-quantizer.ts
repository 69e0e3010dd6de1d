import { choice, defineValue, type Option, type ValueFactoryOf } from "@latentkit/core/authoring";
import { tablesCodebook } from "./codebook.js";
import { CODEBOOK, type CodebookOptions, type CodeDistance } from "./options.js";
import type { Quantizer } from "./quantizer.js";

/** Options of {@link vectorQuantizer}. */
export interface VectorQuantizerOptions extends CodebookOptions {
  /** What is near: `euclidean` (default), or `cosine`, which brings vectors and codes to length 1. */
  readonly distance?: CodeDistance;
}

/**
 * Vector quantisation: each vector of an encoder becomes the code nearest to it,
 *
 *     k = argminₖ ‖z − eₖ‖²,   z_q = z + sg[eₖ − z],
 *
 * so that gradients pass straight through. Codes are moved by exponential averages of what chose them, Nₖ ← γNₖ + (1 − γ)nₖ,
 * mₖ ← γmₖ + (1 − γ)Σz, eₖ = mₖ/N̂ₖ with N̂ₖ = N(Nₖ + ε)/(N + Kε), or by the gradient of ‖sg[z] − eₖ‖². The loss of an example is
 * β‖z − sg[eₖ]‖², summed over its vectors, and the latter where the gradient moves codes. Logs `commitment`, `perplexity` and `used`.
 *
 * **Shapes**: `[batch, …, dim]` → codes `[batch, …, 1]`. **Units**: of the loss, the squares of an encoder's outputs.
 *
 * **Source**: van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", 2017, equations 1 to 3 and appendix A.1,
 * https://arxiv.org/abs/1711.00937; restart: Dhariwal et al., "Jukebox", 2020, section 3.1, https://arxiv.org/abs/2005.00341; `cosine` and
 * `projectedDim`: Yu et al., "Vector-quantized Image Modeling with Improved VQGAN", 2022, section 3.2, https://arxiv.org/abs/2110.04627
 *
 * @throws ConfigError for misspelt or impossible options.
 * @example
 * ```ts
 * import { vectorQuantizer } from "@latentkit/losses";
 * const quantizer = vectorQuantizer({ codes: 128, dim: 16, restart: { below: 2 } });
 * ```
 */
export const vectorQuantizer: ValueFactoryOf<VectorQuantizerOptions, Quantizer> = defineValue(
  "vectorQuantizer",
  {
    ...CODEBOOK,
    distance: choice(["euclidean", "cosine"], { default: "euclidean" }) as Option<CodeDistance, "defaulted">,
  },
  ({ dim, ...options }): Quantizer => {
    const quantizer: Quantizer = {
      name: "vectorQuantizer",
      ...{ codeCount: options.codes, codesPerVector: 1, dim },
      create: (prefix = "") => tablesCodebook(quantizer, options, prefix),
      toJSON: () => undefined,
    };
    return quantizer;
  },
);
