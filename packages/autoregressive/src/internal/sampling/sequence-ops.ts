import { UnsupportedError } from "@latentkit/core";
import type { CausalAttention, LearnedPositions } from "@latentkit/layers/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type Builder, channelsOf, gridOf, type Op } from "./op.js";
import { Value } from "./value.js";

/** Attention over the steps so far, whose keys and values are kept. */
export const attentionOp: Builder = (layer, [input]) => {
  const { heads, asks, gives } = layer as CausalAttention;
  const x = input!;
  const { channels, height: steps } = x;
  const output = new Value(channels, gridOf(x), x.known);
  return {
    output,
    weights: [asks, gives],
    // Queries, keys and values of the step, what it found, and keys and values of all steps.
    scratch: (lanes) => (4 + 2 * steps) * channels * lanes + steps * lanes,
    bind: (runtime, scratch) => {
      const { kernels, floats, lanes } = runtime;
      const [ask, give] = [runtime.weight(asks), runtime.weight(gives)];
      const size = channels * lanes;
      const asked = scratch / 4;
      const found = asked + 3 * size;
      const kept = found + size;
      const scores = kept + 2 * steps * size;
      const depth = channels / heads;
      return (step) => {
        kernels.start(asked * 4, 0, 3 * channels, lanes);
        kernels.product(asked * 4, x.at(step, 0), ask, channels, 3 * channels, 3 * channels, lanes);
        floats.copyWithin(kept + 2 * step * size, asked + size, asked + 3 * size);
        for (let head = 0; head < heads; head++) {
          const from = head * depth * lanes;
          scoreSteps(floats, { asked: asked + from, kept: kept + from, scores, size, depth, lanes }, step);
          gatherSteps(floats, { found: found + from, kept: kept + size + from, scores, size, depth, lanes }, step);
        }
        kernels.start(output.at(step, 0), 0, channels, lanes);
        kernels.product(output.at(step, 0), found * 4, give, channels, channels, channels, lanes);
      };
    },
  } satisfies Op;
};

interface HeadLayout {
  readonly kept: number;
  readonly scores: number;
  readonly size: number;
  readonly depth: number;
  readonly lanes: number;
}

/** Shares of the steps so far: the softmax of how well their keys fit. */
function scoreSteps(floats: Float32Array, layout: HeadLayout & { readonly asked: number }, step: number): void {
  const { asked, kept, scores, size, depth, lanes } = layout;
  for (let s = 0; s <= step; s++) {
    const [key, to] = [kept + 2 * s * size, scores + s * lanes];
    floats.fill(0, to, to + lanes);
    for (let d = 0; d < depth; d++) {
      for (let lane = 0; lane < lanes; lane++) {
        floats[to + lane]! += floats[asked + d * lanes + lane]! * floats[key + d * lanes + lane]!;
      }
    }
  }
  const scale = 1 / Math.sqrt(depth);
  for (let lane = 0; lane < lanes; lane++) {
    let [most, total] = [Number.NEGATIVE_INFINITY, 0];
    for (let s = 0; s <= step; s++) most = Math.max(most, floats[scores + s * lanes + lane]!);
    for (let s = 0; s <= step; s++) {
      const share = Math.exp((floats[scores + s * lanes + lane]! - most) * scale);
      floats[scores + s * lanes + lane] = share;
      total += share;
    }
    for (let s = 0; s <= step; s++) floats[scores + s * lanes + lane]! /= total;
  }
}

/** The values of the steps so far by their shares. */
function gatherSteps(floats: Float32Array, layout: HeadLayout & { readonly found: number }, step: number): void {
  const { found, kept, scores, size, depth, lanes } = layout;
  floats.fill(0, found, found + depth * lanes);
  for (let s = 0; s <= step; s++) {
    const [value, share] = [kept + 2 * s * size, scores + s * lanes];
    for (let d = 0; d < depth; d++) {
      for (let lane = 0; lane < lanes; lane++) {
        floats[found + d * lanes + lane]! += floats[share + lane]! * floats[value + d * lanes + lane]!;
      }
    }
  }
}

/** A vector for each place, added. */
export const positionsOp: Builder = (layer, [input]) => {
  const { positions } = layer as LearnedPositions;
  const x = input!;
  const output = new Value(x.channels, gridOf(x), x.known, x.blocks);
  return {
    output,
    weights: [positions],
    bind: (runtime) => {
      const { floats, lanes } = runtime;
      const at = runtime.weight(positions) / 4;
      return (row, column, block) => {
        const [from, to] = channelsOf(output, block);
        const [y, source] = [output.at(row, column) / 4, x.at(row, column) / 4];
        for (let channel = from; channel < to; channel++) {
          const added = floats[at + (row * x.width + column) * x.channels + channel]!;
          for (let i = channel * lanes; i < (channel + 1) * lanes; i++) floats[y + i] = floats[source + i]! + added;
        }
      };
    },
  } satisfies Op;
};

/** Normalisation over the channels of a place. */
export const normalizationOp: Builder = (layer, [input]) => {
  const x = input!;
  const { epsilon, weights } = { epsilon: layer.getConfig().epsilon as number, weights: layer.weights };
  const [gamma, beta] = weights as [tf.LayerVariable, tf.LayerVariable];
  if (x.blocks > 1 || weights.length !== 2) {
    throw new UnsupportedError(`expected '${layer.name}' to scale and centre all channels of a place together.`);
  }
  const output = new Value(x.channels, gridOf(x), x.known);
  return {
    output,
    weights: [gamma, beta],
    bind: (runtime) => {
      const { floats, lanes } = runtime;
      const [scale, shift] = [runtime.weight(gamma) / 4, runtime.weight(beta) / 4];
      return (row, column) => {
        const [y, from] = [output.at(row, column) / 4, x.at(row, column) / 4];
        for (let lane = 0; lane < lanes; lane++) {
          let [sum, squares] = [0, 0];
          for (let c = 0; c < x.channels; c++) sum += floats[from + c * lanes + lane]!;
          const mean = sum / x.channels;
          for (let c = 0; c < x.channels; c++) squares += (floats[from + c * lanes + lane]! - mean) ** 2;
          const inverse = 1 / Math.sqrt(squares / x.channels + epsilon);
          for (let c = 0; c < x.channels; c++) {
            const normal = (floats[from + c * lanes + lane]! - mean) * inverse;
            floats[y + c * lanes + lane] = normal * floats[scale + c]! + floats[shift + c]!;
          }
        }
      };
    },
  } satisfies Op;
};
