import { ShapeError } from "@latentkit/core";
import type { Activation, GatedUnit, OneHotLevels, Shift2d } from "@latentkit/layers/authoring";
import { scalarActivation, sigmoid } from "./activations.js";
import { type Builder, channelsOf, gridOf, type Op, spanOf } from "./op.js";
import { latest, Value } from "./value.js";

/** A layer that hands on what it gets: dropout when nothing is trained. */
export const sameOp: Builder = (_, [input]) => ({ output: input!, bind: () => () => {} });

/** A picture moved down and to the right. */
export const shiftOp: Builder = (layer, [input]) => {
  const { down, right } = layer as Shift2d;
  const x = input!;
  const known = down > 0 ? "row" : right > 0 ? latest("row", x.known === "row" ? "row" : "place") : x.known;
  const output = new Value(x.channels, gridOf(x), known, down + right > 0 ? 1 : x.blocks);
  x.keep(down, down + right > 0);
  return {
    output,
    bind: ({ floats, lanes }) => {
      const size = x.channels * lanes;
      return (row, column) => {
        const y = output.at(row, column) / 4;
        if (row < down || column < right) floats.fill(0, y, y + size);
        else {
          const from = x.at(row - down, column - right) / 4;
          floats.copyWithin(y, from, from + size);
        }
      };
    },
  };
};

/** An activation. */
export const activationOp: Builder = (layer, [input]) => {
  const { kind, alpha } = layer as Activation;
  const f = scalarActivation(kind, alpha);
  return mapOp(
    input!,
    (floats, y, x, size) => {
      for (let i = 0; i < size; i++) floats[y + i] = f(floats[x + i]!);
    },
    kind === "relu",
  );
};

type Map = (floats: Float32Array, y: number, x: number, size: number) => void;

function mapOp(x: Value, map: Map, rectified = false): Op {
  const output = new Value(x.channels, gridOf(x), x.known, x.blocks);
  return {
    output,
    bind:
      ({ floats, lanes, kernels }) =>
      (row, column, block) => {
        const [at, size] = spanOf(output, block, lanes);
        if (rectified) kernels.relu(output.at(row, column) + at, x.at(row, column) + at, size);
        else map(floats, (output.at(row, column) + at) / 4, (x.at(row, column) + at) / 4, size);
      },
  };
}

/** The sum of two or more values. */
export const addOp: Builder = (layer, inputs) => {
  const output = new Value(
    inputs[0]!.channels,
    gridOf(inputs[0]!),
    latest(...inputs.map(({ known }) => known)),
    Math.max(...inputs.map(({ blocks }) => blocks)),
  );
  if (inputs.some(({ channels }) => channels !== output.channels)) {
    throw new ShapeError(`expected values of equal widths in '${layer.name}'.`);
  }
  return {
    output,
    bind:
      ({ kernels, lanes }) =>
      (row, column, block) => {
        const [at, size] = spanOf(output, block, lanes);
        const y = output.at(row, column) + at;
        kernels.add(y, inputs[0]!.at(row, column) + at, inputs[1]!.at(row, column) + at, size);
        for (const more of inputs.slice(2)) kernels.add(y, y, more.at(row, column) + at, size);
      },
  };
};

/** Values side by side. */
export const concatenateOp: Builder = (_, inputs) => {
  const channels = inputs.reduce((sum, one) => sum + one.channels, 0);
  const output = new Value(channels, gridOf(inputs[0]!), latest(...inputs.map(({ known }) => known)));
  return {
    output,
    bind:
      ({ floats, lanes }) =>
      (row, column) => {
        let y = output.at(row, column) / 4;
        for (const input of inputs) {
          const from = input.at(row, column) / 4;
          floats.copyWithin(y, from, from + input.channels * lanes);
          y += input.channels * lanes;
        }
      },
  };
};

/** tanh(a)·σ(b), or a·σ(b), in each group of channels. */
export const gateOp: Builder = (layer, [input]) => {
  const { value, colours } = layer as GatedUnit;
  const x = input!;
  const output = new Value(x.channels / 2, gridOf(x), x.known, x.blocks);
  return {
    output,
    bind: ({ floats, lanes }) => {
      const size = (output.channels / colours) * lanes;
      return (row, column, block) => {
        const [first, last] = output.blocks === 1 ? [0, colours] : [block, block + 1];
        for (let group = first; group < last; group++) {
          const y = output.at(row, column) / 4 + group * size;
          const a = x.at(row, column) / 4 + 2 * group * size;
          for (let i = 0; i < size; i++) {
            const passed = floats[a + i]!;
            const gate = sigmoid(floats[a + size + i]!);
            floats[y + i] = (value === "tanh" ? Math.tanh(passed) : passed) * gate;
          }
        }
      };
    },
  };
};

/** ELU of the channels and of their negatives. */
export const concatenatedEluOp: Builder = (_, [input]) => {
  const x = input!;
  const output = new Value(2 * x.channels, gridOf(x), x.known);
  return {
    output,
    bind: ({ floats, lanes }) => {
      const size = x.channels * lanes;
      return (row, column) => {
        const [y, from] = [output.at(row, column) / 4, x.at(row, column) / 4];
        for (let i = 0; i < size; i++) {
          const value = floats[from + i]!;
          const below = Math.expm1(-Math.abs(value));
          floats[y + i] = value > 0 ? value : below;
          floats[y + size + i] = value > 0 ? below : -value;
        }
      };
    },
  };
};

/** Levels as rows with a 1. */
export const oneHotOp: Builder = (layer, [input]) => {
  const { levels, low, high } = layer as OneHotLevels;
  const x = input!;
  const output = new Value(x.channels * levels, gridOf(x), x.known, x.blocks);
  return {
    output,
    bind:
      ({ floats, lanes }) =>
      (row, column, block) => {
        const [from, to] = channelsOf(x, x.blocks === 1 ? 0 : block);
        const [y, source] = [output.at(row, column) / 4, x.at(row, column) / 4];
        floats.fill(0, y + from * levels * lanes, y + to * levels * lanes);
        for (let channel = from; channel < to; channel++) {
          for (let lane = 0; lane < lanes; lane++) {
            const level = Math.round(((floats[source + channel * lanes + lane]! - low) * (levels - 1)) / (high - low));
            if (level >= 0 && level < levels) floats[y + (channel * levels + level) * lanes + lane] = 1;
          }
        }
      },
  };
};

/** A vector a picture, which reaches all places: the vectors are computed before sampling starts. */
export function addVectorOp(x: Value, vector: () => Float32Array): Op {
  const output = new Value(x.channels, gridOf(x), x.known, x.blocks);
  return {
    output,
    scratch: (lanes) => x.channels * lanes,
    bind: ({ floats, lanes, kernels }, scratch) => {
      floats.set(vector(), scratch / 4);
      return (row, column, block) => {
        const [at, size] = spanOf(output, block, lanes);
        kernels.add(output.at(row, column) + at, x.at(row, column) + at, scratch + at, size);
      };
    },
  };
}
