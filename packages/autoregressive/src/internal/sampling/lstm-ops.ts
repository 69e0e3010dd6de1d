import type { DiagonalBiLstm, RowLstm } from "@latentkit/layers/authoring";
import type * as tf from "@tensorflow/tfjs";
import { sigmoid } from "./activations.js";
import { convolutionOp } from "./convolution-op.js";
import { gridOf, type Op, type Runtime } from "./op.js";
import { addOp } from "./simple-ops.js";
import { Value } from "./value.js";

const GATES = 4;

/** One step of an LSTM for some units, all pictures: sums of its gates, memory before and after, hidden state. Addresses in floats. */
function step(floats: Float32Array, sums: number, memory: number, hidden: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const opened = (gate: number): number => sigmoid(floats[sums + gate * size + i]!);
    const next = opened(1) * floats[memory + i]! + opened(0) * Math.tanh(floats[sums + 3 * size + i]!);
    floats[memory + i] = next;
    floats[hidden + i] = opened(2) * Math.tanh(next);
  }
}

/** An LSTM down the rows: its gates' sums from the input, then the cell. */
export function rowLstmOps(layer: tf.layers.Layer, x: Value): Op[] {
  const { units, colours, state } = layer as RowLstm;
  const entering = convolutionOp(layer, [x], []);
  const z = entering.output;
  const output = new Value(units, gridOf(z), z.known, z.blocks);
  output.keep(1, true);
  const [, width] = state.shape as [number, number];
  const half = (width - 1) / 2;
  const cell: Op = {
    output,
    weights: [state],
    scratch: (lanes) => z.width * units * lanes,
    bind: (runtime, scratch) => {
      const { kernels, lanes, floats } = runtime;
      const weights = runtime.weight(state);
      const [gates, size] = [GATES * units, (units / colours) * lanes];
      return (row, column, block) => {
        const sums = z.at(row, column);
        if (block === 0 && row > 0) {
          const from = Math.max(0, half - column);
          const to = Math.min(width, z.width + half - column);
          const w = weights + from * units * gates * 4;
          kernels.product(sums, output.at(row - 1, column + from - half), w, (to - from) * units, gates, gates, lanes);
        }
        const memory = scratch / 4 + column * units * lanes;
        for (const group of groupsOf(z, colours, block)) {
          step(
            floats,
            sums / 4 + group * GATES * size,
            memory + group * size,
            output.at(row, column) / 4 + group * size,
            size,
          );
        }
      };
    },
  };
  return [entering, cell];
}

/** LSTMs along the diagonals from the left, at each place, and from the right, a row behind and all of it at once; and their sum. */
export function diagonalOps(layer: tf.layers.Layer, x: Value): Op[] {
  const { units, colours, states } = layer as DiagonalBiLstm;
  const entering = convolutionOp(layer, [x], []);
  const z = entering.output;
  z.keep(1, true);
  const fromLeft: Op = {
    output: new Value(units, gridOf(z), z.known, z.blocks),
    weights: [states[0]!],
    // Hidden states of a row, the memory beside the place, and the gates' sums.
    scratch: (lanes) => (z.width + 1 + GATES) * units * lanes,
    bind: (runtime, scratch) => {
      const walk = walker(runtime, runtime.weight(states[0]!), scratch, z.width, units, colours);
      return (row, column, block) => {
        if (block === 0) {
          if (column === 0) walk.begin();
          walk.enter(row, column, column - 1);
        }
        for (const group of groupsOf(z, colours, block)) walk.step(z.at(row, column), 0, group, column);
        walk.copy(column, fromLeft.output.at(row, column));
      };
    },
  };
  const fromRight: Op = {
    output: new Value(units, gridOf(z), "row"),
    weights: [states[1]!],
    scratch: (lanes) => (z.width + 1 + GATES) * units * lanes,
    bind: (runtime, scratch) => {
      const walk = walker(runtime, runtime.weight(states[1]!), scratch, z.width, units, colours);
      return (row, first) => {
        if (first > 0) return;
        if (row > 0) walk.begin();
        for (let column = z.width - 1; column >= 0; column--) {
          if (row > 0) {
            walk.enter(row - 1, column, column + 1);
            for (let group = 0; group < colours; group++) walk.step(z.at(row - 1, column), 1, group, column);
          }
          walk.copy(column, fromRight.output.at(row, column));
        }
      };
    },
  };
  const sum = addOp(layer, [fromLeft.output, fromRight.output], []);
  return [entering, fromLeft, fromRight, sum];
}

/** The state of an LSTM that walks along rows. */
interface Walker {
  /** Begins a row. */
  begin(): void;
  /** Sums what the states above and beside a place give. */
  enter(row: number, column: number, beside: number): void;
  /** Adds what enters of one direction and steps, for one group of units. */
  step(z: number, direction: number, group: number, column: number): void;
  /** Writes the hidden state of a column. */
  copy(column: number, to: number): void;
}

function walker(
  { kernels, lanes, floats }: Runtime,
  weights: number,
  scratch: number,
  width: number,
  units: number,
  colours: number,
): Walker {
  const [state, gates] = [units * lanes, GATES * units];
  const size = state / colours;
  const hidden = scratch / 4;
  const memory = hidden + width * state;
  const sums = memory + state;
  return {
    begin: () => floats.fill(0, memory, memory + state),
    enter(row, column, beside) {
      kernels.start(sums * 4, 0, gates, lanes);
      // The hidden state of a column is still that of the row above.
      if (row > 0) kernels.product(sums * 4, (hidden + column * state) * 4, weights, units, gates, gates, lanes);
      if (beside >= 0 && beside < width) {
        kernels.product(
          sums * 4,
          (hidden + beside * state) * 4,
          weights + units * gates * 4,
          units,
          gates,
          gates,
          lanes,
        );
      }
    },
    step(z, direction, group, column) {
      const at = sums + group * GATES * size;
      kernels.add(at * 4, at * 4, z + (2 * group + direction) * GATES * size * 4, GATES * size);
      step(floats, at, memory + group * size, hidden + column * state + group * size, size);
    },
    copy(column, to) {
      const from = hidden + column * state;
      floats.copyWithin(to / 4, from, from + state);
    },
  };
}

/** The groups of channels that a block is. */
function groupsOf({ blocks }: Value, colours: number, block: number): number[] {
  return blocks === 1 ? Array.from({ length: colours }, (_, group) => group) : [block];
}
