import { ConfigError } from "@latentkit/core";
import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { CausalConvolution, type CausalStyle, type TapsPlan } from "./causal-layer.js";
import { GATES, lstmStep } from "./lstm.js";
import { maskedPlan } from "./masked-plan.js";
import { STYLE } from "./options.js";
import { convolveRectangle } from "./rectangle.js";

/** Options of {@link rowLstm}. */
export interface RowLstmOptions extends CausalStyle {
  /** Output channels, a multiple of `colours`. */
  readonly units: number;
  /** Columns that kernels look at along a row, odd. Default 3, the source's. */
  readonly kernelSize?: number;
  /** Groups of channels, R, G, B: see {@link maskedConv2d}. Default 1. */
  readonly colours?: number;
}

const SPECIFICATION = {
  units: integer({ min: 1 }),
  kernelSize: integer({ min: 1, default: 3 }),
  colours: integer({ min: 1, default: 1 }),
  ...STYLE,
} satisfies SpecificationOf<Omit<RowLstmOptions, keyof LayerOptions>>;

/** The layer behind {@link rowLstm}; a class because tfjs serialises by class name. */
export class RowLstm extends CausalConvolution<RowLstmOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitRowLstm";
  override readonly colours: number;
  /** Kernel over the hidden states of the row above, `[1, kernelSize, units, 4 · units]`. */
  state!: tf.LayerVariable;

  constructor(options: RowLstmOptions) {
    super("rowLstm", SPECIFICATION, options);
    this.colours = this.options.colours;
    if (this.options.kernelSize % 2 === 0) {
      throw new ConfigError(`rowLstm: expected \`kernelSize\` to be odd, received ${this.options.kernelSize}.`);
    }
  }

  /** Output channels. */
  get units(): number {
    return this.options.units;
  }

  override get filters(): number {
    return GATES * this.options.units;
  }

  protected override plan(channels: number): TapsPlan[] {
    const { kernelSize, colours } = this.options;
    return maskedPlan("rowLstm", { kernelSize: [1, kernelSize], mask: "B", colours }, channels, this.filters);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, kernelSize, scale } = this.options;
    const initial = this.initial("state", "normal", scale / Math.sqrt(kernelSize * units));
    this.state = this.addWeight("state", [1, kernelSize, units, this.filters], "float32", initial);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { units, kernelSize } = this.options;
    const half = (kernelSize - 1) / 2;
    const area = { rows: [0, 0], columns: [-half, half] } as const;
    return tf.tidy(() => {
      const entering = tf.unstack(this.convolve(single(inputs) as tf.Tensor4D), 1); // [batch, width, 4 · units] each
      const rows: tf.Tensor[] = [];
      let memory: tf.Tensor | undefined;
      for (const z of entering) {
        const [batch, width] = z.shape as [number, number];
        let sums = z;
        if (rows.length > 0) {
          const above = tf.reshape(rows.at(-1)!, [batch, 1, width, units]) as tf.Tensor4D;
          const seen = convolveRectangle(above, this.state.read() as tf.Tensor4D, area);
          sums = tf.add(z, tf.reshape(seen, z.shape));
        }
        const [hidden, next] = lstmStep(sums, memory ?? tf.zeros([batch, width, units]), this.colours);
        rows.push(hidden);
        memory = next;
      }
      return tf.stack(rows, 1); // [batch, height, width, units]
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...(inputShape as tf.Shape).slice(0, -1), this.options.units];
  }
}
registerLayer(RowLstm);

/**
 * An LSTM that goes down a picture row by row, all columns at once: a place sees its row up to itself, and through the states of the row
 * above a triangle that widens upwards by (kernelSize − 1) / 2 columns a row.
 *
 *     i, f, o, g = K_s * h(row above) + K_i * x(row),   c ← σ(f)·c + σ(i)·tanh(g),   h ← σ(o)·tanh(c),
 *
 * K_i masked with `B` along the row. Rows are unrolled: the height is part of the network.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, units]`.
 *
 * **Source** van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, section 3.1 and equation 3.
 * https://arxiv.org/abs/1601.06759
 *
 * @throws ConfigError for options that are misspelt or cannot work; ShapeError when channels are no multiple of `colours`.
 * @example
 * ```ts
 * import { rowLstm } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const states = rowLstm({ units: 4 }).apply(tf.ones([1, 6, 6, 2])) as tf.Tensor; // [1, 6, 6, 4]
 * ```
 */
export function rowLstm(options: RowLstmOptions): RowLstm {
  return new RowLstm(checkedLayer("rowLstm", SPECIFICATION, options));
}
