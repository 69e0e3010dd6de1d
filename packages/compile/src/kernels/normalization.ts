import type { Lowerings } from "./types.js";

/** Normalisation. */
export const normalization: Lowerings = {
  FusedBatchNorm: ({ x, mean, variance, offset, scale }, { varianceEpsilon }, g) => {
    const inverse = g.unary("Reciprocal", g.unary("Sqrt", g.add(variance!, varianceEpsilon as number)));
    const factor = scale === undefined ? inverse : g.mul(inverse, scale);
    const centred = g.sub(x!, mean!);
    const scaled = g.mul(centred, factor);
    return offset === undefined ? scaled : g.add(scaled, offset);
  },
};
