import * as tf from "@tensorflow/tfjs";
import { checkedLayer, registerLayer } from "../internal/layer.js";
import type { CellState } from "./cells.js";
import { RECURRENT, RecurrentLayer, type RecurrentLayerOptions } from "./recurrent-layer.js";
import { columnsOf, stepsOf } from "./steps.js";

/** Options of {@link sequenceToVector}. */
export interface SequenceToVectorOptions extends RecurrentLayerOptions {}

/** The layer behind {@link sequenceToVector}; a class because tfjs serialises by class name. */
export class SequenceToVector extends RecurrentLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSequenceToVector";

  constructor(options: SequenceToVectorOptions) {
    super("sequenceToVector", RECURRENT, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    this.buildCell(firstShape(inputShape).at(-1)!);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [firstShape(inputShape)[0]!, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, mask] = (Array.isArray(inputs) ? inputs : [inputs]) as [tf.Tensor3D, tf.Tensor2D?];
      const [batch, steps, features] = x.shape;
      // One product for all steps: the part of the sums that does not wait for the state.
      const rows = this.project(tf.reshape(x, [batch * steps, features]));
      const projected = stepsOf(tf.reshape(rows, [batch, steps, -1]));
      const real = mask && columnsOf(mask, steps); // [batch, 1] each
      let state: CellState = Array.from({ length: this.kind.states }, () => tf.zeros([batch, this.units]));
      for (const [t, input] of projected.entries()) {
        const next = this.step(input, state);
        state = real === undefined ? next : next.map((value, i) => choose(real[t]!, value, state[i]!));
      }
      return state[0]!;
    });
  }
}
registerLayer(SequenceToVector);

/** `a` where the mask is 1, `b` where it is 0. */
function choose(mask: tf.Tensor2D, a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.mul(mask, a), tf.mul(tf.sub(1, mask), b));
}

function firstShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tf.Shape;
}

/**
 * A recurrent layer that reads a sequence and returns the hidden state after its last step. Steps whose mask is 0 leave the state
 * as it is.
 *
 * LSTM, columns i, f, o, g of the kernels: c ← σ(f)·c + σ(i)·tanh g, h ← σ(o)·tanh c. GRU, columns r, z, n:
 * h ← z·h + (1 − z)·tanh(xW + b + r·(hU)). Kernels start Glorot uniform, recurrent kernels with orthonormal rows, the LSTM's
 * forget bias at 1.
 *
 * **Shapes** `x` `[batch, steps, features]`, or `[x, mask]` with `mask` `[batch, steps]` → `[batch, units]`.
 *
 * **Source** Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997, https://doi.org/10.1162/neco.1997.9.8.1735, with the
 * forget gate of Gers et al. 2000; Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder", 2014,
 * https://arxiv.org/abs/1406.1078, the reset gate after the product as in cuDNN.
 *
 * @throws ConfigError for an unknown cell or units < 1.
 * @example
 * ```ts
 * import { sequenceToVector } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * sequenceToVector({ units: 16, cell: "gru" }).apply(tf.ones([8, 24, 2])); // [8, 16]
 * ```
 */
export function sequenceToVector(options: SequenceToVectorOptions): SequenceToVector {
  return new SequenceToVector(checkedLayer("sequenceToVector", RECURRENT, options));
}
