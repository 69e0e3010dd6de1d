import * as tf from "@tensorflow/tfjs";
import { type CallArguments, single } from "../internal/layer.js";
import { SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";
import { convolveRectangle, extent, type Rectangle, type Taps } from "./rectangle.js";

/** What every causal layer with weights takes. */
export interface CausalStyle extends SeededLayerOptions {
  /** Whether to add a bias. Default true. */
  readonly useBias?: boolean;
  /** Scale of the initial kernel, whose deviation is `scale / √inputs`, inputs being those that a unit sees. Default 1. */
  readonly scale?: number;
}

/** Options that every causal convolution shares. */
export interface CausalLayerOptions extends CausalStyle {
  /** Output channels. */
  readonly filters: number;
}

/** What a causal convolution is made of, before it has weights. */
export interface TapsPlan extends Pick<Taps, "rectangle" | "reads" | "writes"> {
  readonly name: string;
}

/** A convolution over rectangles of places: masked and shifted ones; what they do not look at has no weights and no cost. */
export abstract class CausalConvolution<O extends CausalStyle = CausalStyle> extends SeededLayer<O> {
  /** Kernels and where they lie. */
  taps: readonly Taps[] = [];
  /** Bias, where there is one. */
  bias: tf.LayerVariable | undefined;
  /** Steps from one output to the next, in places of the input. */
  readonly strides: number = 1;
  /** Groups of channels in the order in which they may see each other; 1 where all channels are alike. */
  readonly colours: number = 1;

  /** Channels that the convolution gives. */
  abstract get filters(): number;

  /** The rectangles that the layer looks at, for `channels` input channels. */
  protected abstract plan(channels: number): readonly TapsPlan[];

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1)!;
    // TypeScript does not see through the options of a class that is not known yet.
    const { useBias, scale } = this.options as unknown as Required<CausalStyle>;
    const { filters } = this;
    const plans = this.plan(channels);
    const seen = plans.reduce((sum, { rectangle, reads, writes }) => {
      const share = writes === undefined ? 1 : (writes[1] - writes[0]) / filters;
      return sum + places(rectangle) * inputsOf(reads, channels) * share;
    }, 0);
    const deviation = scale / Math.sqrt(Math.max(1, seen));
    this.taps = plans.map(({ name, ...taps }) => {
      const outputs = taps.writes === undefined ? filters : taps.writes[1] - taps.writes[0];
      const shape = [...extent(taps.rectangle), inputsOf(taps.reads, channels), outputs];
      return { ...taps, kernel: this.addWeight(name, shape, "float32", this.initial(name, "normal", deviation)) };
    });
    if (useBias) this.bias = this.addWeight("bias", [filters], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => this.convolve(single(inputs) as tf.Tensor4D));
  }

  /** The convolution, of all taps, with the bias. */
  protected convolve(x: tf.Tensor4D): tf.Tensor4D {
    const whole = this.taps.filter(({ writes }) => writes === undefined);
    const parts = whole.map(({ kernel, rectangle }) =>
      convolveRectangle(x, kernel.read() as tf.Tensor4D, rectangle, this.strides),
    );
    const own = this.#ownColours(x);
    if (own !== undefined) parts.push(own);
    const sum = parts.length === 0 ? this.#nothing(x) : parts.reduce((a, b) => tf.add(a, b));
    return this.bias === undefined ? sum : tf.add(sum, this.bias.read());
  }

  /** The part of each colour group, one beside the other; zeros for a group that sees none. */
  #ownColours(x: tf.Tensor4D): tf.Tensor4D | undefined {
    const own = this.taps.filter(({ writes }) => writes !== undefined);
    if (own.length === 0) return undefined;
    const groups = own.map(({ kernel, rectangle, reads }) => {
      const [from, to] = reads!;
      const seen = tf.slice(x, [0, 0, 0, from], [...x.shape.slice(0, 3), to - from] as [
        number,
        number,
        number,
        number,
      ]);
      return convolveRectangle(seen, kernel.read() as tf.Tensor4D, rectangle);
    });
    const first = own[0]!.writes![0];
    if (first > 0) groups.unshift(tf.zeros([...x.shape.slice(0, 3), first] as [number, number, number, number]));
    return tf.concat(groups, 3);
  }

  /** A layer of one row and one column that sees nothing gives its bias everywhere. */
  #nothing(x: tf.Tensor4D): tf.Tensor4D {
    return tf.zeros([...x.shape.slice(0, 3), this.filters] as [number, number, number, number]);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as [null, number | null, number | null];
    const across = (size: number | null): number | null => (size === null ? null : Math.ceil(size / this.strides));
    return [batch, across(height), across(width), this.filters];
  }
}

const places = (rectangle: Rectangle): number => {
  const [rows, columns] = extent(rectangle);
  return rows * columns;
};

const inputsOf = (reads: Taps["reads"], channels: number): number =>
  reads === undefined ? channels : reads[1] - reads[0];
