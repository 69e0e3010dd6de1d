import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { CausalConvolution, type CausalStyle, type TapsPlan } from "./causal-layer.js";
import { GATES, lstmStep, splitColours } from "./lstm.js";
import { maskedPlan } from "./masked-plan.js";
import { STYLE } from "./options.js";
import { window } from "./rectangle.js";

/** Options of {@link diagonalBiLstm}. */
export interface DiagonalBiLstmOptions extends CausalStyle {
  /** Output channels, the sum of both directions, a multiple of `colours`. */
  readonly units: number;
  /** Groups of channels, R, G, B: see {@link maskedConv2d}. Default 1. */
  readonly colours?: number;
}

const SPECIFICATION = {
  units: integer({ min: 1 }),
  colours: integer({ min: 1, default: 1 }),
  ...STYLE,
} satisfies SpecificationOf<Omit<DiagonalBiLstmOptions, keyof LayerOptions>>;

/** The layer behind {@link diagonalBiLstm}; a class because tfjs serialises by class name. */
export class DiagonalBiLstm extends CausalConvolution<DiagonalBiLstmOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitDiagonalBiLstm";
  override readonly colours: number;
  /** Kernels over the states above and beside, from the left and from the right, `[2 · units, 4 · units]` each. */
  states: readonly tf.LayerVariable[] = [];

  constructor(options: DiagonalBiLstmOptions) {
    super("diagonalBiLstm", SPECIFICATION, options);
    this.colours = this.options.colours;
  }

  /** Output channels. */
  get units(): number {
    return this.options.units;
  }

  override get filters(): number {
    return 2 * GATES * this.options.units;
  }

  protected override plan(channels: number): TapsPlan[] {
    const { colours } = this.options;
    return maskedPlan("diagonalBiLstm", { kernelSize: [1, 1], mask: "B", colours }, channels, this.filters);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, scale } = this.options;
    this.states = ["stateLeft", "stateRight"].map((name) => {
      const initial = this.initial(name, "normal", scale / Math.sqrt(2 * units));
      return this.addWeight(name, [2 * units, GATES * units], "float32", initial);
    });
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const entering = this.convolve(single(inputs) as tf.Tensor4D);
      const [left, right] = splitColours(entering, this.colours, 2) as [tf.Tensor4D, tf.Tensor4D];
      const fromLeft = this.#along(left, this.states[0]!);
      const fromRight = tf.reverse(this.#along(tf.reverse(right, 2), this.states[1]!), 2);
      // One row down: of its own row a place may not see what is to the right.
      return tf.add(fromLeft, window(fromRight, { rows: [-1, -1], columns: [0, 0] }));
    });
  }

  /** The states of an LSTM along the diagonals, each place behind those above and to the left of it. */
  #along(z: tf.Tensor4D, kernel: tf.LayerVariable): tf.Tensor4D {
    const { units } = this.options;
    const [batch, height, width, channels] = z.shape;
    let [hidden, memory]: [tf.Tensor, tf.Tensor] = [tf.zeros([batch, height, units]), tf.zeros([batch, height, units])];
    const columns = tf.unstack(skew(z), 2).map((column) => {
      const above = tf.slice(
        tf.pad(hidden as tf.Tensor3D, [
          [0, 0],
          [1, 0],
          [0, 0],
        ]),
        0,
        [batch, height, units],
      );
      const both = tf.reshape(tf.concat([above, hidden], 2), [batch * height, 2 * units]) as tf.Tensor2D;
      const seen = tf.reshape(tf.matMul(both, kernel.read() as tf.Tensor2D), [batch, height, channels]);
      // Outside the picture nothing enters, and states that start at 0 stay so.
      [hidden, memory] = lstmStep(tf.add(column, seen), memory, this.colours) as [tf.Tensor, tf.Tensor];
      return hidden;
    });
    return unskew(tf.stack(columns, 2) as tf.Tensor4D, width);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...(inputShape as tf.Shape).slice(0, -1), this.options.units];
  }
}
registerLayer(DiagonalBiLstm);

/** Row r moved r columns to the right, zeros beside it: diagonals become columns. `[…, h, w, c]` → `[…, h, w + h − 1, c]`. */
function skew(z: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = z.shape;
  const wide = tf.pad(z, [
    [0, 0],
    [0, 0],
    [0, height],
    [0, 0],
  ]);
  const flat = tf.reshape(wide, [batch, height * (width + height), channels]); // rows end to end, each one place too long
  const cut = tf.slice(flat, 0, [batch, height * (width + height - 1), channels]);
  return tf.reshape(cut, [batch, height, width + height - 1, channels]);
}

/** Back from {@link skew}. */
function unskew(z: tf.Tensor4D, width: number): tf.Tensor4D {
  const [batch, height, wide, channels] = z.shape;
  const flat = tf.pad(tf.reshape(z, [batch, height * wide, channels]), [
    [0, 0],
    [0, height],
    [0, 0],
  ]);
  const rows = tf.reshape(flat, [batch, height, wide + 1, channels]) as tf.Tensor4D;
  return tf.slice(rows, [0, 0, 0, 0], [batch, height, width, channels]);
}

/**
 * Two LSTMs along the diagonals of a picture, from its left and its right upper corner, added up: a place sees all that comes before it,
 * through the states above and beside it.
 *
 *     i, f, o, g = K_s·[h(above), h(beside)] + K_i·x,   c ← σ(f)·c(beside) + σ(i)·tanh(g),   h ← σ(o)·tanh(c).
 *
 * The states from the right are moved a row down, so that they do not look ahead. Diagonals are unrolled: height and width are part of the
 * network, and a compiled training step grows with them.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, units]`.
 *
 * **Source** van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, section 3.2 and figure 3.
 * https://arxiv.org/abs/1601.06759
 *
 * @throws ConfigError for options that are misspelt or cannot work; ShapeError when channels are no multiple of `colours`.
 * @example
 * ```ts
 * import { diagonalBiLstm } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const states = diagonalBiLstm({ units: 4 }).apply(tf.ones([1, 6, 6, 2])) as tf.Tensor; // [1, 6, 6, 4]
 * ```
 */
export function diagonalBiLstm(options: DiagonalBiLstmOptions): DiagonalBiLstm {
  return new DiagonalBiLstm(checkedLayer("diagonalBiLstm", SPECIFICATION, options));
}
