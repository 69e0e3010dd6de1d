import { defineValue, integer, type ValueFactoryOf } from "@latentkit/core/authoring";
import { tablesCodebook } from "./codebook.js";
import { CODEBOOK, type CodebookOptions } from "./options.js";
import type { Quantizer } from "./quantizer.js";

/** Options of {@link residualQuantizer}. */
export interface ResidualQuantizerOptions extends CodebookOptions {
  /** Tables, each for what those before it have left. Default 4. */
  readonly levels?: number;
}

/**
 * Residual quantisation: a vector becomes a sum of codes, each nearest to what those before it have left,
 *
 *     kᵈ = argminₖ ‖rᵈ − eᵈₖ‖²,   r¹ = z,  rᵈ⁺¹ = rᵈ − eᵈ,   z_q = z + sg[Σ eᵈ − z].
 *
 * K codes and D levels tell Kᴰ vectors apart with D·K codes to learn. The loss of an example is β Σᵈ ‖z − sg[Σ_{i ≤ d} eⁱ]‖².
 * Logs `commitment`, and the levels' means of `perplexity` and `used`.
 *
 * **Shapes**: `[batch, …, dim]` → codes `[batch, …, levels]`.
 *
 * **Source**: Lee et al., "Autoregressive Image Generation using Residual Quantization", 2022, equations 3 to 8.
 * https://arxiv.org/abs/2203.01941
 *
 * @throws ConfigError for misspelt or impossible options.
 * @example
 * ```ts
 * import { residualQuantizer } from "@latentkit/losses";
 * const quantizer = residualQuantizer({ levels: 3, codes: 64, dim: 16 });
 * ```
 */
export const residualQuantizer: ValueFactoryOf<ResidualQuantizerOptions, Quantizer> = defineValue(
  "residualQuantizer",
  { ...CODEBOOK, levels: integer({ min: 1, default: 4 }) },
  ({ dim, levels, ...options }): Quantizer => {
    const quantizer: Quantizer = {
      name: "residualQuantizer",
      ...{ codeCount: options.codes, codesPerVector: levels, dim },
      create: (prefix = "") => tablesCodebook(quantizer, { ...options, distance: "euclidean" }, prefix),
      toJSON: () => undefined,
    };
    return quantizer;
  },
);
