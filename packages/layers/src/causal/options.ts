import { type Defaulted, flag, integer, type Needed, number } from "@latentkit/core/authoring";
import { SEEDED } from "../internal/seeded-layer.js";
import type { CausalLayerOptions } from "./causal-layer.js";

/** {@link CausalLayerOptions}. */
export const CAUSAL: Needed<Pick<CausalLayerOptions, "filters">> &
  Defaulted<Pick<CausalLayerOptions, "useBias" | "scale">> &
  typeof SEEDED = {
  filters: integer({ min: 1 }),
  useBias: flag({ default: true }),
  scale: number({ above: 0, default: 1 }),
  ...SEEDED,
};
