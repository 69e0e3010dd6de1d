import { ConfigError, type ModelFactory, type Schedule } from "@latentkit/core";
import {
  applyAll,
  checkShape,
  defineModel,
  network,
  networks,
  number,
  schedule,
  smoothSigmoid,
  smoothSoftplus,
} from "@latentkit/core/authoring";
import { likelihoodOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { type Hierarchy, hierarchy } from "./internal/hierarchy.js";
import { variationalObjective } from "./internal/variational-objective.js";
import type { LatentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModel } from "./types.js";

/** Options of {@link ladderVae}. */
export interface LadderVaeOptions extends Pick<LatentOptions, "likelihood"> {
  /** What x alone says of all levels: `[batch, …]` → means μ̂ and log variances γ̂, `[batch, Σ sizes]` each, the lowest level first. */
  readonly encoder: tf.LayersModel;
  /**
   * p(z_l | z_{l+1}) of every level but the top one, the lowest first, by any names: `[batch, size of z_{l+1}]` → mean and log variance,
   * `[batch, size of z_l]` each.
   */
  readonly levels: Readonly<Record<string, tf.LayersModel>>;
  /** p(x|z₁): `[batch, size of z₁]` → the likelihood's parameters. */
  readonly decoder: tf.LayersModel;
  /** Weight of the divergence. Default 1; a schedule that rises from 0 over the first epochs keeps upper levels in use (warm-up). */
  readonly beta?: number | Schedule;
  /** Nats that each dimension may carry free of charge. Default 0. */
  readonly freeBits?: number;
}

/** What {@link ladderVae} returns: codes hold all levels side by side, the lowest first. */
export interface LadderVae extends LatentVariableModel {
  readonly kind: "ladderVae";
  /** Size of each level's codes, the lowest first. */
  readonly levelSizes: readonly number[];
}

/**
 * Ladder variational autoencoder: several levels of codes, each generated from the one above it, and inferred by what x says of it and
 * what the level above expects, weighed by how sure both are. Deeper than a {@link vae} without upper levels that go unused.
 *
 * Minimises, on average over the batch, −E_q[log p(x|z₁)] + β · Σ_l KL(q(z_l | z_{>l}, x) ‖ p(z_l | z_{l+1})), with p(z_L) = N(0, I) and
 *
 *     q(z_l | z_{l+1}, x) = N(μ_q, σ_q²),   σ_q⁻² = σ̂⁻² + σ_p⁻²,   μ_q = σ_q² (μ̂ σ̂⁻² + μ_p σ_p⁻²),
 *
 * μ̂, σ̂ the encoder's and μ_p, σ_p of p(z_l | z_{l+1}); at the top q(z_L | x) = N(μ̂, σ̂²). The divergences are closed given the levels
 * above. Logs `ladderVae/reconstruction`, `ladderVae/kl` and `ladderVae/kl1`, …, the divergence of each level, the lowest first.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, Σ sizes]`, the lowest level first. **Units**: nats per example.
 *
 * **Source**: Sønderby, Raiko, Maaløe, Sønderby and Winther, "Ladder Variational Autoencoders", 2016, equations 13 to 19 and section 2.3.
 * https://arxiv.org/abs/1602.02282
 *
 * @throws ShapeError when networks, levels and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { ladderNetworks } from "@latentkit/layers";
 * import { ladderVae } from "@latentkit/vae";
 * const model = ladderVae(ladderNetworks({ inputShape: [28, 28, 1], latentDims: [16, 8, 4], hiddenUnits: [64, 32, 16] }));
 * console.log(model.latentDim, model.levelSizes); // 28 [16, 8, 4]
 * ```
 */
export const ladderVae: ModelFactory<LadderVaeOptions, LadderVae> = defineModel(
  "ladderVae",
  {
    encoder: network(),
    levels: networks(),
    decoder: network(),
    likelihood: likelihoodOption(),
    beta: schedule({ min: 0, default: 1 }),
    freeBits: number({ min: 0, default: 0 }),
  },
  ({ encoder, levels, decoder, likelihood, beta, freeBits }) => {
    const { parts, sizes } = ladder("ladderVae", Object.values(levels), decoder);
    const { prior, posterior, latentDim } = parts;
    const entry = { latentDim, shape: [sizes[0]!], enter: (z: tf.Tensor) => parts.level(z, 0) };
    const base = latentVariableModel({ owner: "ladderVae", encoder, decoder, likelihood, prior, posterior, entry });
    for (const name of Object.keys(levels)) {
      if (!(name in base.model.networks)) continue;
      throw new ConfigError(`ladderVae: expected \`levels\` to have other names than \`${name}\`.`);
    }
    const updates = [...base.updates, ...Object.values(levels)];
    const objective = variationalObjective("ladderVae", { ...base, updates }, { beta, freeBits, sizes });
    return {
      ...base.model,
      networks: { ...base.model.networks, ...levels },
      levelSizes: sizes,
      objectives: [{ ...objective, loss: (batch, step) => parts.during(step, () => objective.loss(batch, step)) }],
    };
  },
);

/** The ladder of networks as a hierarchy: a level is told the codes above it. */
function ladder(
  owner: string,
  nets: readonly tf.LayersModel[],
  decoder: tf.LayersModel,
): { readonly parts: Hierarchy; readonly sizes: readonly number[] } {
  const widths = [decoder, ...nets].map(({ inputs }) => inputs[0]!.shape.at(-1) as number);
  for (const [l, net] of nets.entries()) {
    checkShape(owner, `levels' input above level ${l + 1}`, net.inputs[0]!.shape, [null, null]);
    if (net.outputs.length !== 2 || net.inputs.length !== 1) {
      throw new ConfigError(
        `${owner}: expected the network of level ${l + 1} to have 1 input and 2 outputs (mean, log variance), received ${net.inputs.length} and ${net.outputs.length}.`,
      );
    }
    for (const { shape } of net.outputs)
      checkShape(owner, `levels' output of level ${l + 1}`, shape, [null, widths[l]!]);
  }
  const top = widths.length - 1;
  const parts = hierarchy(
    owner,
    {
      sizes: widths,
      start: (rows) => tf.zeros([rows, widths[top]!]),
      prior(l, above, mode) {
        if (l === top) return { mean: above, logVariance: above };
        const [mean, logVariance] = applyAll(nets[l]!, above, mode) as [tf.Tensor, tf.Tensor];
        return { mean, logVariance };
      },
      infer(l, outputs, _, prior) {
        const [mean, logVariance] = outputs.map((one) => parts.level(one, l)) as [tf.Tensor, tf.Tensor];
        if (l === top) return { mean, logVariance };
        // Precisions add up: log σ_q² = γ̂ − log(1 + exp(γ̂ − γ_p)), and μ̂ has the share σ(γ_p − γ̂) of the mean.
        const apart = tf.sub(prior.logVariance, logVariance);
        const share = smoothSigmoid(apart);
        return {
          mean: tf.add(prior.mean, tf.mul(share, tf.sub(mean, prior.mean))),
          logVariance: tf.sub(logVariance, smoothSoftplus(tf.neg(apart))),
        };
      },
      below: (_, __, z) => z,
    },
    ["mean", "log variance"],
  );
  return { parts, sizes: widths };
}
