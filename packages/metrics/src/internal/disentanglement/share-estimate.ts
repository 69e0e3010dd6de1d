import type { Estimate } from "../../statistics/estimate.js";

/** A share of independent trials as an estimate: √(p(1 − p)/(n − 1)). */
export function shareEstimate(share: number, count: number): Estimate {
  return {
    mean: share,
    standardError: count > 1 ? Math.sqrt((share * (1 - share)) / (count - 1)) : Number.NaN,
    count,
  };
}
