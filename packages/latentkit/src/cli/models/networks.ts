import type { AnyFactory, Posterior } from "@latentkit/core";
import {
  convDecoder,
  convEncoder,
  convGaussianEncoder,
  dcganDiscriminator,
  dcganGenerator,
  mapDecoder,
  mapEncoder,
  mlpDecoder,
  mlpDiscriminator,
  mlpEncoder,
  mlpGaussianEncoder,
  mlpGenerator,
  recurrentDecoder,
  recurrentEncoder,
} from "@latentkit/layers";
import type { Likelihood } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** What networks are made for. */
export interface Setting {
  readonly shape: readonly number[];
  /** Whether values lie in [0, 1]. */
  readonly unit: boolean;
  /** Classes that the networks are told. */
  readonly classes?: number | undefined;
  readonly latentDim: number;
  readonly hiddenUnits: readonly number[];
  /** Channels of convolutions, from the picture on; none for dense networks. */
  readonly filters: readonly number[] | undefined;
  readonly seed: number;
}

/** How one kind wants its networks other than the rest. */
export interface Wishes {
  /** Activation of codes; `linear` unless given. */
  readonly code?: "sigmoid";
  /** Whether the encoder is one layer. */
  readonly shallow?: boolean;
  /** Set when encoder and decoder go through sequences step by step, which have one length or masks. */
  readonly recurrent?: "whole" | "masked";
  /** Whether codes of pictures are maps of vectors, which convolutions give. */
  readonly maps?: true;
  /** What the discriminator judges; data unless given. */
  readonly judges?: "codes";
  /** Numbers of a verdict; 1 unless given. */
  readonly verdict?: number;
  /** Widths of the discriminator's further outputs. */
  readonly heads?: readonly number[];
  /** Who is told the classes; nobody unless given. */
  readonly told?: readonly ("encoder" | "decoder" | "generator" | "discriminator" | "classifier")[];
}

/** The networks that a kind's specification asks for, for data of this shape. */
export function networksFor(
  factory: AnyFactory,
  options: Readonly<Record<string, unknown>>,
  setting: Setting,
  wishes: Wishes,
): Record<string, tf.LayersModel> {
  const { classes, ...rest } = setting;
  // A network that a model makes for itself where none is given is left to it.
  const names = Object.entries(factory.specification).filter(
    ([, option]) => option.network && option.presence !== "optional",
  );
  return Object.fromEntries(
    names.map(([name]) => {
      const make = BUILDERS[name];
      if (make === undefined) throw new Error(`${factory.kind}: no builder of the network '${name}'`);
      const told = wishes.told?.some((one) => one === name) ? { classes } : {};
      return [name, make({ ...rest, ...told, ...parametersOf(factory, options), wishes, name })];
    }),
  );
}

interface Asked extends Omit<Setting, "classes"> {
  readonly classes?: number | undefined;
  readonly parametersPerValue: number;
  readonly encoderOutputs: number;
  readonly wishes: Wishes;
  readonly name: string;
}

/** Numbers for each value of the data, and outputs of an encoder, as the likelihood and the posterior want them. */
function parametersOf({ specification }: AnyFactory, options: Readonly<Record<string, unknown>>) {
  const of = (name: string): unknown => options[name] ?? specification[name]?.default;
  const likelihood = (of("likelihood") ?? of("loss")) as Partial<Likelihood> | undefined;
  const posterior = of("posterior") as Partial<Posterior> | undefined;
  return {
    parametersPerValue: likelihood?.parametersPerValue ?? 1,
    encoderOutputs: posterior?.outputs?.length ?? 1,
  };
}

type Builder = (asked: Asked) => tf.LayersModel;

const told = ({ classes }: Asked) => (classes === undefined ? {} : { classes });

/** Width of recurrent layers. */
const UNITS = 64;

const encoder: Builder = (asked) => {
  const { shape, latentDim, filters, seed, encoderOutputs, wishes } = asked;
  const common = { inputShape: shape, latentDim, seed, ...told(asked) };
  if (wishes.recurrent) {
    const masked = wishes.recurrent === "masked";
    return recurrentEncoder({ inputShape: pair(shape), latentDim, seed, units: UNITS, masked });
  }
  if (filters && wishes.maps) return mapEncoder({ inputShape: shape, filters, channels: latentDim, seed });
  const hiddenUnits = wishes.shallow ? [] : asked.hiddenUnits;
  if (encoderOutputs === 2) {
    if (filters && !wishes.shallow) return convGaussianEncoder({ ...common, filters });
    return mlpGaussianEncoder({ ...common, hiddenUnits });
  }
  const heads = Array<number>(encoderOutputs - 1).fill(latentDim);
  const outputActivation = wishes.code ?? "linear";
  if (filters && !wishes.shallow) return convEncoder({ ...common, filters, heads, outputActivation });
  return mlpEncoder({ ...common, hiddenUnits, heads, outputActivation });
};

const decoder: Builder = (asked) => {
  const { shape, latentDim, filters, hiddenUnits, seed, parametersPerValue } = asked;
  const common = { outputShape: shape, latentDim, seed, parametersPerValue, ...told(asked) };
  if (asked.wishes.recurrent) return recurrentDecoder({ outputShape: pair(shape), latentDim, seed, units: UNITS });
  if (filters && asked.wishes.maps) {
    const [height, width] = shape.map((size) => Math.ceil(size / 2 ** filters.length)) as [number, number];
    const inputShape = [height, width, latentDim];
    return mapDecoder({ inputShape, filters: filters.toReversed(), outputShape: shape, seed, parametersPerValue });
  }
  if (filters) return convDecoder({ ...common, filters: filters.toReversed() });
  return mlpDecoder({ ...common, hiddenUnits: hiddenUnits.toReversed() });
};

const generator: Builder = (asked) => {
  const { shape, latentDim, filters, hiddenUnits, seed, unit } = asked;
  const common = { outputShape: shape, latentDim, seed, ...told(asked) };
  if (filters && halves(shape, filters.length)) return dcganGenerator({ ...common, filters: filters.toReversed() });
  return mlpGenerator({
    ...common,
    hiddenUnits: hiddenUnits.toReversed(),
    outputActivation: unit ? "sigmoid" : "linear",
  });
};

const discriminator: Builder = (asked) => {
  const { shape, latentDim, filters, hiddenUnits, seed, wishes } = asked;
  const outputs = wishes.verdict ?? 1;
  const common = { seed, outputs, ...(wishes.heads && { heads: wishes.heads }), ...told(asked) };
  if (wishes.judges === "codes") return mlpDiscriminator({ ...common, inputShape: [latentDim], hiddenUnits });
  // Gradient penalties judge examples one by one, which statistics of the batch would not let them.
  if (filters) return dcganDiscriminator({ ...common, inputShape: shape, filters, normalization: "none" });
  return mlpDiscriminator({ ...common, inputShape: shape, hiddenUnits });
};

const pair = ([steps, features]: readonly number[]): [number, number] => [steps!, features!];

const halves = ([height, width]: readonly number[], times: number): boolean =>
  height! % 2 ** times === 0 && width! % 2 ** times === 0;

/** From examples to logits of the classes that it is told of. */
const classifier: Builder = ({ shape, hiddenUnits, filters, seed, classes = 1 }) => {
  const common = { inputShape: shape, latentDim: classes, seed, name: "classifier" };
  return filters ? convEncoder({ ...common, filters }) : mlpEncoder({ ...common, hiddenUnits });
};

const BUILDERS: Readonly<Record<string, Builder>> = { encoder, decoder, generator, discriminator, classifier };
