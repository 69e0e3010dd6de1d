import type { ActivationKind } from "@latentkit/layers";

const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));
/** The logistic function σ. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** An activation of the library as a function of a number. */
export function scalarActivation(kind: ActivationKind, alpha: number): (x: number) => number {
  switch (kind) {
    case "linear":
      return (x) => x;
    case "relu":
      return (x) => Math.max(0, x);
    case "leakyRelu":
      return (x) => (x > 0 ? x : alpha * x);
    case "elu":
      return (x) => elu(x, alpha);
    case "selu":
      return (x) => 1.0507009873554805 * elu(x, 1.6732632423543772);
    case "gelu":
      return (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
    case "silu":
      return (x) => x * sigmoid(x);
    case "softplus":
      return (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    case "sigmoid":
      return sigmoid;
    case "tanh":
      return Math.tanh;
  }
}

/** The error function to 1.5·10⁻⁷, the formula that tfjs's backends use: Abramowitz and Stegun, equation 7.1.26. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}
