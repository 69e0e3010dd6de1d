import { type Option, value } from "@latentkit/core/authoring";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { fDivergenceLoss } from "./f-divergence-loss.js";
import { hingeLoss } from "./hinge-loss.js";
import { leastSquaresLoss } from "./least-squares-loss.js";
import { minimaxLoss } from "./minimax-loss.js";
import { nonSaturatingLoss } from "./non-saturating-loss.js";
import { realnessLoss } from "./realness-loss.js";
import { relativisticLoss } from "./relativistic-loss.js";
import { wassersteinLoss } from "./wasserstein-loss.js";

/** An option that is an {@link AdversarialLoss}. */
export function adversarialLossOption(): Option<AdversarialLoss, "required"> {
  return value<AdversarialLoss>({
    expected: "an adversarial loss such as nonSaturatingLoss()",
    accepts: (given) => {
      const { discriminator, generator, output } = (given ?? {}) as Partial<AdversarialLoss>;
      return [discriminator, generator, output].every((part) => typeof part === "function");
    },
    factories: [
      ...[
        fDivergenceLoss,
        hingeLoss,
        leastSquaresLoss,
        minimaxLoss,
        nonSaturatingLoss,
        realnessLoss,
        relativisticLoss,
        wassersteinLoss,
      ],
    ],
  });
}
