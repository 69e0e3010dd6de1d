import { type Defaulted, flag, integer, type Needed, number } from "@latentkit/core/authoring";
import { SEEDED } from "../internal/seeded-layer.js";
import type { CausalLayerOptions, CausalStyle } from "./causal-layer.js";

/** {@link CausalStyle}. */
export const STYLE: Defaulted<Pick<CausalStyle, "useBias" | "scale">> & typeof SEEDED = {
  useBias: flag({ default: true }),
  scale: number({ above: 0, default: 1 }),
  ...SEEDED,
};

/** {@link CausalLayerOptions}. */
export const CAUSAL: Needed<Pick<CausalLayerOptions, "filters">> & typeof STYLE = {
  filters: integer({ min: 1 }),
  ...STYLE,
};
