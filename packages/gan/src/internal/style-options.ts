import {
  type Absent,
  conditions,
  type Defaulted,
  integer,
  type Needed,
  network,
  number,
  type Option,
  optional,
} from "@latentkit/core/authoring";
import type { StyleGanBaseOptions } from "../style-types.js";
import { rules } from "./options.js";

/** What style-based models can be told. */
export const styleRules: Needed<Pick<StyleGanBaseOptions, "mapping" | "synthesis" | "discriminator">> &
  Absent<Pick<StyleGanBaseOptions, "given">> &
  Defaulted<Omit<StyleGanBaseOptions, "mapping" | "synthesis" | "discriminator" | "given">> = {
  mapping: network(),
  synthesis: network(),
  discriminator: network(),
  given: optional(conditions()),
  views: rules.views,
  styleMixing: number({ min: 0, max: 1, default: 0.9 }),
  meanDecay: number({ min: 0, below: 1, default: 0.995 }),
  r1Weight: number({ min: 0, default: 10 }),
};

/** Steps between two turns of a lazy term. */
export const every = (steps: number): Option<number, "defaulted"> => integer({ min: 1, default: steps });
