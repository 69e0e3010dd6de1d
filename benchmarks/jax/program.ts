import { jit, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import type { Prepared } from "../runners/runner.js";
import type { Workload } from "../workloads/index.js";
import type { AdamSettings } from "../workloads/workload.js";

/** The weights of each network, in the order of its layers. */
export type Networks = Readonly<Record<string, readonly np.Array[]>>;

/** One objective of a workload for jax-js. */
export interface JaxObjective {
  readonly name: string;
  /** Names of the networks that it moves. */
  readonly updates: readonly string[];
  readonly repeats?: number;
  /** The scalar to make smaller. Borrows all its arguments. */
  loss(networks: Networks, x: np.Array, key: np.Array): np.Array;
}

type Weights = Record<string, np.Array[]>;
type State = { readonly weights: Weights; readonly mean: Weights; readonly square: Weights };

/** A copy of a tfjs variable; filters go from `[height, width, …, …]` to the order that jax-js has, channels first. */
async function copyOf(variable: tf.Tensor): Promise<np.Array> {
  const moved = variable.rank === 4 ? tf.transpose(variable, [3, 2, 0, 1]) : variable.clone();
  const copy = np.array((await moved.data()) as Float32Array).reshape(moved.shape);
  moved.dispose();
  return copy;
}

/** One moved weight with its two moments. Takes over everything but the rate. */
function adam(settings: AdamSettings, rate: np.Array, [weight, gradient, mean, square]: np.Array[]): np.Array[] {
  const { beta1 = 0.9, beta2 = 0.999 } = settings;
  const first = mean!.mul(beta1).add(gradient!.ref.mul(1 - beta1));
  const second = square!.mul(beta2).add(np.square(gradient!).mul(1 - beta2));
  const moved = weight!.sub(rate.ref.mul(first.ref).div(np.sqrt(second.ref).add(1e-8)));
  return [moved, first, second];
}

/** The whole update, gradients and Adam, as one jitted function. */
function updateOf(objective: JaxObjective, settings: AdamSettings) {
  return jit((state: State, others: Weights, x: np.Array, key: np.Array, rate: np.Array): [np.Array, State] => {
    const lossOf = (weights: Weights): np.Array => objective.loss({ ...others, ...weights }, x, key);
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(state.weights)) as [np.Array, Weights];
    const next: State = { weights: {}, mean: {}, square: {} };
    for (const name of objective.updates) {
      const moved = state.weights[name]!.map((weight, i) =>
        adam(settings, rate, [weight, gradients[name]![i]!, state.mean[name]![i]!, state.square[name]![i]!]),
      );
      next.weights[name] = moved.map(([weight]) => weight!);
      next.mean[name] = moved.map(([, mean]) => mean!);
      next.square[name] = moved.map(([, , square]) => square!);
    }
    return [loss, next];
  });
}

/** A workload as jax-js runs it, from the weights that the workload's model starts with. */
export async function prepareJax(
  workload: Workload,
  objectives: readonly JaxObjective[],
  x: np.Array,
): Promise<Prepared> {
  const model = workload.model();
  const networks: Weights = {};
  for (const [name, network] of Object.entries(model.networks)) {
    networks[name] = await Promise.all(network.trainableWeights.map((weight) => copyOf(weight.read())));
  }
  model.dispose();
  const pick = (names: readonly string[]): Weights => Object.fromEntries(names.map((name) => [name, networks[name]!]));
  const zeros = (names: readonly string[]): Weights =>
    tree.map((weight: np.Array) => np.zerosLike(weight), tree.ref(pick(names)) as never) as Weights;
  const states = objectives.map((objective) => ({
    objective,
    settings: workload.optimizers[objective.name]!,
    update: updateOf(objective, workload.optimizers[objective.name]!),
    slots: { mean: zeros(objective.updates), square: zeros(objective.updates) },
    updates: 0,
  }));

  async function one(state: (typeof states)[number]): Promise<np.Array> {
    const { objective, settings, update } = state;
    const others = Object.keys(networks).filter((name) => !objective.updates.includes(name));
    const { learningRate, beta1 = 0.9, beta2 = 0.999 } = settings;
    const count = ++state.updates;
    const rate = np.array((learningRate * Math.sqrt(1 - beta2 ** count)) / (1 - beta1 ** count));
    const before: State = { weights: pick(objective.updates), ...state.slots };
    const [loss, after] = update(before, tree.ref(pick(others)), x.ref, random.key(count), rate);
    Object.assign(networks, after.weights);
    state.slots = { mean: after.mean, square: after.square };
    return loss;
  }

  return {
    async step() {
      let last: np.Array | undefined;
      for (const state of states) {
        for (let repeat = 0; repeat < (state.objective.repeats ?? 1); repeat++) {
          last?.dispose();
          last = await one(state);
        }
      }
      return (await last!.data())[0]!;
    },
    dispose() {
      tree.dispose([networks, x, ...states.map(({ slots }) => slots)] as never);
      for (const { update } of states) update.dispose();
    },
  };
}
