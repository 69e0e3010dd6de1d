import { check, either, integer, type Option, sizes, withDefault } from "@latentkit/core/authoring";
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

type Each = number | readonly number[];

/** {@link ConvolutionOptions} beside the common ones. */
export const CONVOLUTIONS: {
  readonly filters: Option<readonly number[], "required">;
  readonly kernelSize: Option<Each, "defaulted">;
  readonly strides: Option<Each, "defaulted">;
  readonly hiddenUnits: Option<readonly number[], "defaulted">;
} = {
  filters: sizes(),
  kernelSize: withDefault<Each>(either(integer({ min: 1 }), sizes()), 4),
  strides: withDefault<Each>(either(integer({ min: 1 }), sizes()), 2),
  hiddenUnits: sizes({ minLength: 0, default: [] }),
};

/** One convolutional layer. */
export interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
}

/** Gives each layer its numbers. */
export function convolutions(
  owner: string,
  options: { readonly filters: readonly number[]; readonly kernelSize: Each; readonly strides: Each },
): readonly Convolution[] {
  const { filters } = options;
  const each = (name: "kernelSize" | "strides"): readonly number[] => {
    const value = options[name];
    if (typeof value === "number") return filters.map(() => value);
    const expected = `one number, or ${filters.length}, one for each of \`filters\``;
    check(owner).that(name, value, value.length === filters.length, expected);
    return value;
  };
  const [kernels, strides] = [each("kernelSize"), each("strides")];
  return filters.map((count, i) => ({ filters: count, kernelSize: kernels[i]!, strides: strides[i]! }));
}

/** Size of an image side after a convolution or a pooling with 'same' padding. */
export function shrunk(size: number, strides: number): number {
  return Math.ceil(size / strides);
}
