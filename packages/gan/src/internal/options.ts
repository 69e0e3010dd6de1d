import {
  type Absent,
  choice,
  type Defaulted,
  integer,
  listOf,
  type Needed,
  network,
  type Option,
  optional,
  value,
} from "@latentkit/core/authoring";
import { type PenaltyTerm, penaltyTerms } from "../penalty-terms.js";
import { replayOption } from "../replay.js";
import type { AdversarialOptions, GanOptions } from "../types.js";
import { differentiableAugmentation } from "../views/differentiable-augmentation.js";
import type { ExampleView } from "../views/example-view.js";
import { instanceNoise } from "../views/instance-noise.js";
import { randomAffine } from "../views/random-affine.js";

/** The specifications that models of this package share; each option's default stands here and nowhere else. */

/** The two networks of a game. */
export const players: Needed<Pick<GanOptions, "generator" | "discriminator">> = {
  generator: network(),
  discriminator: network(),
};

/** What every adversarial model can be told but a penalty. */
export const rules: Defaulted<Omit<AdversarialOptions, "penalty">> = {
  prior: choice(["normal", "uniform"], { default: "normal" }),
  discriminatorSteps: integer({ min: 1, default: 1 }),
  views: listOf(
    value<ExampleView>({
      expected: "a view such as instanceNoise({ deviation: 0.1 })",
      accepts: (given) => typeof given === "function",
      factories: [differentiableAugmentation, instanceNoise, randomAffine],
    }),
    { default: [] },
  ),
};

/** A term on the discriminator's gradient. */
export const penalty: Option<PenaltyTerm, "optional"> = optional(
  value<PenaltyTerm>({
    expected: "a penalty term such as r1Term()",
    accepts: (given) => typeof (given as PenaltyTerm | null)?.value === "function",
    factories: penaltyTerms,
  }),
);

/** What unconditional models can be told beside that. */
export const unconditional: typeof players &
  typeof rules &
  Absent<Pick<GanOptions, "replay">> &
  Defaulted<Pick<GanOptions, "pack">> = {
  ...players,
  ...rules,
  replay: optional(replayOption),
  pack: integer({ min: 1, default: 1 }),
};

/** Five updates of a critic for each of its generator, as WGANs have. */
export const criticSteps: Defaulted<Pick<GanOptions, "discriminatorSteps">> = {
  discriminatorSteps: integer({ min: 1, default: 5 }),
};
