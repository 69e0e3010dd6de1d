import type { Conditions } from "@latentkit/core";
import {
  type Absent,
  choice,
  conditions,
  type Defaulted,
  integer,
  type Needed,
  optional,
  sizes,
} from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import { likelihoodOption } from "@latentkit/losses/authoring";
import { INPUT_ENCODINGS, type InputEncoding } from "./networks.js";

/** What every model of pictures takes. */
export interface PictureModelOptions {
  /** Shape of a picture, `[height, width, channels]`. A sequence is a picture of one row. */
  readonly inputShape: readonly number[];
  /** How outputs score values. Default `bernoulli()`; `categorical(256)` for greys and colours, `discretizedLogisticMixture()`. */
  readonly likelihood?: Likelihood;
  /**
   * How values enter: as numbers (`value`), or as rows with a 1 at their level (`oneHot`). Default `oneHot` with a categorical
   * likelihood over whole numbers, such as codes of a quantiser, otherwise `value`.
   */
  readonly inputs?: InputEncoding;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
}

/** What conditional models take beside. */
export interface ToldOptions {
  /** What the model is told, by the field of a batch: `{ label: { classes: 10 } }`, `{ pose: { size: 3 } }`. Default nothing. */
  readonly given?: Conditions;
}

/** Options of {@link PictureModelOptions}. */
export const PICTURE: Needed<Pick<PictureModelOptions, "inputShape">> &
  Defaulted<Pick<PictureModelOptions, "likelihood" | "seed">> &
  Absent<Pick<PictureModelOptions, "inputs">> = {
  inputShape: { ...sizes({ minLength: 3, maxLength: 3 }), expected: "[height, width, channels]" },
  likelihood: likelihoodOption(),
  inputs: optional(choice(INPUT_ENCODINGS)),
  seed: integer({ min: 0, default: 0 }),
};

/** Options of {@link ToldOptions}. */
export const TOLD: Absent<ToldOptions> = { given: optional(conditions()) };
