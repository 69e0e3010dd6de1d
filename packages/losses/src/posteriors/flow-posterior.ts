import type { Posterior } from "@latentkit/core";
import { defineValue, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Flow } from "../flows/flow.js";
import { chain, FLOWS } from "../flows/flow-option.js";
import { gaussianPosterior } from "./gaussian-posterior.js";

/** Options of {@link flowPosterior}. */
export interface FlowPosteriorOptions {
  /** Flows from the Gaussian's draw to the code, the first first. */
  readonly flows: readonly Flow[];
}

/**
 * A diagonal Gaussian of the encoder, moved by flows: q(z_K|x) = q(z₀|x)·∏ₖ |det ∂fₖ/∂zₖ₋₁|⁻¹, so that posteriors may be bent and
 * correlated. `vae({ posterior: flowPosterior({ flows }) })` is the VAE with planar, radial or inverse autoregressive flows. Flows that are
 * told of each example read the encoder's third output, `[batch, contextDim]`: build the encoder with `heads: [contextDim]`.
 *
 * Draws and their densities are exact; the divergence from the prior is estimated by the draw. The code of an example is what the flows
 * make of the Gaussian's mean.
 *
 * **Shapes**: mean and log variance `[batch, latentDim]` each (, context `[batch, contextDim]`). **Units**: nats.
 *
 * **Source**: Rezende and Mohamed, "Variational Inference with Normalizing Flows", 2015, equations 13 and 15,
 * https://arxiv.org/abs/1505.05770; Kingma et al., "Improving Variational Inference with Inverse Autoregressive Flow", 2016, algorithm
 * 1, https://arxiv.org/abs/1606.04934
 *
 * @throws ConfigError for flows of different sizes.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { flowPosterior, planarFlow } from "@latentkit/losses";
 * import { vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const model = vae({ encoder, decoder, posterior: flowPosterior({ flows: [planarFlow({ latentDim: 2 })] }) });
 * ```
 */
export const flowPosterior: ValueFactoryOf<FlowPosteriorOptions, Posterior> = defineValue(
  "flowPosterior",
  { flows: FLOWS },
  ({ flows }): Posterior => {
    const { latentDim, contextDim, forward } = chain("flowPosterior", flows);
    const base = gaussianPosterior();
    const told = contextDim !== undefined;
    return {
      name: "flowPosterior",
      latentDim,
      outputs: [...base.outputs, ...(told ? ["context"] : [])],
      widths: [undefined, undefined, ...(told ? [contextDim] : [])],
      code: ([mean, , context]) => forward(mean!, context).z,
      draw([mean, logVariance, context], random, count) {
        const drawn = base.draw([mean!, logVariance!], random, count);
        const rows = tf.reshape(drawn.z, [-1, latentDim]);
        const { z, logDeterminant } = forward(rows as tf.Tensor2D, context && repeated(context, count));
        const shape = drawn.z.shape;
        return {
          z: tf.reshape(z, shape),
          logDensity: () => tf.sub(drawn.logDensity(), tf.reshape(logDeterminant, shape.slice(0, -1))),
        };
      },
      toJSON: () => undefined,
    };
  },
);

/** Each row `count` times: `[batch, n]` → `[batch · count, n]`. */
function repeated(rows: tf.Tensor2D, count: number | undefined): tf.Tensor2D {
  if (count === undefined) return rows;
  const [batch, width] = rows.shape;
  return tf.reshape(tf.tile(tf.expandDims(rows, 1), [1, count, 1]), [batch * count, width]);
}
