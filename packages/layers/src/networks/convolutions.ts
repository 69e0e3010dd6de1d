import { check } from "@latentkit/core";
import type { NetworkOptions } from "./options.js";

/** What convolutional encoders and decoders have in common. */
export interface ConvolutionOptions extends NetworkOptions {
  /** Channels of the convolutional layers, in their order. */
  readonly filters: readonly number[];
  /** Width of the kernels: one for all layers, or one for each. Default 4. */
  readonly kernelSize?: number | readonly number[];
  /** Strides: one for all layers, or one for each. Default 2. */
  readonly strides?: number | readonly number[];
  /** Widths of dense hidden layers between the convolutions and the code. Default none. */
  readonly hiddenUnits?: readonly number[];
}

/** Names of {@link ConvolutionOptions} beside the common ones. */
export const CONVOLUTION_OPTIONS: readonly string[] = ["filters", "kernelSize", "strides", "hiddenUnits"];

/** One convolutional layer. */
export interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
}

/** Checks the options and gives each layer its numbers. */
export function convolutions(owner: string, options: ConvolutionOptions): readonly Convolution[] {
  const must = check(owner);
  const filters = must.sizes("filters", options.filters);
  const each = (name: string, value: number | readonly number[]): readonly number[] => {
    if (typeof value === "number") return filters.map(() => must.integer(name, value, { min: 1 }));
    must.sizes(name, value);
    must.that(
      name,
      value,
      value.length === filters.length,
      `one number, or ${filters.length}, one for each of \`filters\``,
    );
    return value;
  };
  const kernels = each("kernelSize", options.kernelSize ?? 4);
  const strides = each("strides", options.strides ?? 2);
  return filters.map((count, i) => ({ filters: count, kernelSize: kernels[i]!, strides: strides[i]! }));
}

/** Checks an image's shape. */
export function imageShape(owner: string, name: string, shape: readonly number[]): [number, number, number] {
  const must = check(owner);
  must.sizes(name, shape);
  must.that(name, shape, shape.length === 3, "[height, width, channels]");
  return shape as [number, number, number];
}

/** Size of an image side after a convolution or a pooling with 'same' padding. */
export function shrunk(size: number, strides: number): number {
  return Math.ceil(size / strides);
}
