import { ConfigError, type ModelFactory, type Schedule } from "@latentkit/core";
import {
  apply,
  applyAll,
  checkShape,
  defineModel,
  network,
  networks,
  number,
  outputShape,
  schedule,
} from "@latentkit/core/authoring";
import { likelihoodOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { type Hierarchy, hierarchy } from "./internal/hierarchy.js";
import { variationalObjective } from "./internal/variational-objective.js";
import type { LatentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModel } from "./types.js";

/** Networks by name, a group's after the other, the lowest group first. */
type Groups = Readonly<Record<string, tf.LayersModel>>;

/** Options of {@link hierarchicalVae}. */
export interface HierarchicalVaeOptions extends Pick<LatentOptions, "likelihood"> {
  /** What x says of each group: `[batch, …]` → a flat output for each, the lowest group first. */
  readonly encoder: tf.LayersModel;
  /** p(z_l | z_{>l}): the state above → mean and log variance, `[batch, size of z_l]` each. */
  readonly priors: Readonly<Record<string, tf.LayersModel>>;
  /** What x changes of it: the state above and the encoder's output → differences Δμ, Δγ, `[batch, size of z_l]` each. */
  readonly posteriors: Readonly<Record<string, tf.LayersModel>>;
  /** The state above and z_l → the state of the group below, or what the decoder takes. */
  readonly merges: Readonly<Record<string, tf.LayersModel>>;
  /** p(x|z): the state below all groups → the likelihood's parameters. */
  readonly decoder: tf.LayersModel;
  /** Weight of the divergence. Default 1; a schedule that rises from 0 keeps all groups in use (warm-up). */
  readonly beta?: number | Schedule;
  /** Nats that each dimension may carry free of charge. Default 0. */
  readonly freeBits?: number;
}

/** What {@link hierarchicalVae} returns: codes hold all groups side by side, the lowest first. */
export interface HierarchicalVae extends LatentVariableModel {
  readonly kind: "hierarchicalVae";
  /** Size of each group's codes, the lowest first. */
  readonly levelSizes: readonly number[];
}

/**
 * Hierarchical variational autoencoder with residual groups of codes, as in NVAE and very deep VAEs: a state goes from a coarse map to
 * the picture, and each group of codes z_L, …, z₁ adds to it. Sharper and likelier than a {@link vae} of one code, on maps; a
 * {@link ladderVae} is its counterpart on vectors.
 *
 * Minimises, on average over the batch, −E_q[log p(x|z)] + β · Σ_l KL(q(z_l | z_{>l}, x) ‖ p(z_l | z_{>l})), with
 *
 *     p(z_l | z_{>l}) = N(μ, σ²)(h_l),   q(z_l | z_{>l}, x) = N(μ + Δμ, σ²·exp Δγ)(h_l, x),   h_{l−1} = merge(h_l, z_l),   h_L = 0,
 *
 * so that q = p where x has nothing to add. Logs `hierarchicalVae/reconstruction`, `hierarchicalVae/kl` and `hierarchicalVae/kl1`, …, the
 * divergence of each group, the lowest first.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, Σ sizes]`, the lowest group first. **Units**: nats per example.
 *
 * **Source**: Vahdat and Kautz, "NVAE: A Deep Hierarchical Variational Autoencoder", 2020, equations 2 and 4,
 * https://arxiv.org/abs/2007.03898; Child, "Very Deep VAEs Generalize Autoregressive Models", 2021, https://arxiv.org/abs/2011.10650
 *
 * @throws ShapeError when networks, groups and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { hierarchicalNetworks } from "@latentkit/layers";
 * import { hierarchicalVae } from "@latentkit/vae";
 * const model = hierarchicalVae(hierarchicalNetworks({ imageShape: [8, 8, 1], groups: [1, 1], filters: 4, latentChannels: 1 }));
 * console.log(model.latentDim, model.levelSizes); // 20 [16, 4]
 * ```
 */
export const hierarchicalVae: ModelFactory<HierarchicalVaeOptions, HierarchicalVae> = defineModel(
  "hierarchicalVae",
  {
    encoder: network(),
    priors: networks(),
    posteriors: networks(),
    merges: networks(),
    decoder: network(),
    likelihood: likelihoodOption(),
    beta: schedule({ min: 0, default: 1 }),
    freeBits: number({ min: 0, default: 0 }),
  },
  ({ encoder, priors, posteriors, merges, decoder, likelihood, beta, freeBits }) => {
    const owner = "hierarchicalVae";
    const all = [priors, posteriors, merges];
    const groups = {
      priors: Object.values(priors),
      posteriors: Object.values(posteriors),
      merges: Object.values(merges),
    };
    const sizes = checkGroups(owner, encoder, decoder, groups);
    const named = Object.assign({}, ...all) as Groups;
    if (Object.keys(named).length < 3 * sizes.length || "encoder" in named || "decoder" in named) {
      throw new ConfigError(
        `${owner}: expected networks of different names, received ${all.flatMap((one) => Object.keys(one)).join(", ")}.`,
      );
    }
    const parts = residual(owner, encoder, groups, sizes);
    const { prior, posterior, latentDim } = parts;
    const shape = decoder.inputs[0]!.shape.slice(1) as number[];
    const entry = { latentDim, shape, enter: parts.through };
    const base = latentVariableModel({ owner, encoder, decoder, likelihood, prior, posterior, entry });
    const updates = [...base.updates, ...Object.values(named)];
    const objective = variationalObjective(owner, { ...base, updates }, { beta, freeBits, sizes });
    return {
      ...base.model,
      networks: { ...base.model.networks, ...named },
      levelSizes: sizes,
      objectives: [{ ...objective, loss: (batch, step) => parts.during(step, () => objective.loss(batch, step)) }],
    };
  },
);

interface GroupNetworks {
  readonly priors: readonly tf.LayersModel[];
  readonly posteriors: readonly tf.LayersModel[];
  readonly merges: readonly tf.LayersModel[];
}

/** The groups as a hierarchy: a group is told the state above it. */
function residual(
  owner: string,
  encoder: tf.LayersModel,
  { priors, posteriors, merges }: GroupNetworks,
  sizes: readonly number[],
): Hierarchy {
  const top = priors.at(-1)!.inputs[0]!.shape.slice(1) as number[];
  return hierarchy(
    owner,
    {
      sizes,
      start: (rows) => tf.zeros([rows, ...top]),
      prior(l, above, mode) {
        const [mean, logVariance] = applyAll(priors[l]!, above, mode) as [tf.Tensor, tf.Tensor];
        return { mean, logVariance };
      },
      infer(l, outputs, above, prior, mode) {
        const [mean, logVariance] = applyAll(posteriors[l]!, [above, outputs[l]!], mode) as [tf.Tensor, tf.Tensor];
        return { mean: tf.add(prior.mean, mean), logVariance: tf.add(prior.logVariance, logVariance) };
      },
      below: (l, above, z, mode) => apply(merges[l]!, [above, z], mode),
    },
    sizes.map((_, l) => `features ${l + 1}`),
    encoder.outputs.map(({ shape }) => shape.at(-1) as number),
  );
}

/** Checks that groups, encoder and decoder fit together, and returns the size of each group's codes. */
function checkGroups(
  owner: string,
  encoder: tf.LayersModel,
  decoder: tf.LayersModel,
  { priors, posteriors, merges }: GroupNetworks,
): number[] {
  const counts = [priors.length, posteriors.length, merges.length, encoder.outputs.length];
  if (priors.length === 0 || counts.some((count) => count !== counts[0])) {
    throw new ConfigError(
      `${owner}: expected as many networks in \`priors\`, \`posteriors\` and \`merges\` as \`encoder\` has outputs, received ${counts.join(", ")}.`,
    );
  }
  const expect = (name: string, net: tf.LayersModel, inputs: number, outputs: number): void => {
    if (net.inputs.length === inputs && net.outputs.length === outputs) return;
    throw new ConfigError(
      `${owner}: expected ${name} to have ${inputs} inputs and ${outputs} outputs, received ${net.inputs.length} and ${net.outputs.length}.`,
    );
  };
  return priors.map((prior, l) => {
    const [posterior, merge] = [posteriors[l]!, merges[l]!];
    expect(`the prior of group ${l + 1}`, prior, 1, 2);
    expect(`the posterior of group ${l + 1}`, posterior, 2, 2);
    expect(`the merge of group ${l + 1}`, merge, 2, 1);
    const state = prior.inputs[0]!.shape;
    const size = prior.outputs[0]!.shape.at(-1) as number;
    for (const [name, shape] of [
      ["prior's log variance", prior.outputs[1]!.shape],
      ["posterior's mean", posterior.outputs[0]!.shape],
      ["posterior's log variance", posterior.outputs[1]!.shape],
      ["merge's codes", merge.inputs[1]!.shape],
    ] as const) {
      checkShape(owner, `group ${l + 1}'s ${name}`, shape, [null, size]);
    }
    checkShape(owner, `group ${l + 1}'s posterior's state`, posterior.inputs[0]!.shape, state);
    checkShape(owner, `group ${l + 1}'s posterior's features`, posterior.inputs[1]!.shape, encoder.outputs[l]!.shape);
    checkShape(owner, `group ${l + 1}'s merge's state`, merge.inputs[0]!.shape, state);
    const below = l === 0 ? decoder.inputs[0]!.shape : priors[l - 1]!.inputs[0]!.shape;
    checkShape(owner, `group ${l + 1}'s merge's output`, outputShape(owner, "merge", merge), below);
    return size;
  });
}
