import { type Absent, type Defaulted, integer, optional, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { fadeIn } from "../../style/fade-in.js";
import { firFilter } from "../../style/fir-filter.js";
import type { Assembly } from "../assembly.js";
import type { NamedNetworkOptions } from "../options.js";

type Node = tf.SymbolicTensor;

/** What both networks of a game whose pictures grow take. */
export interface ProgressiveOptions extends NamedNetworkOptions {
  /** Channels at 4×4, 8×8, … up to the whole. Default 64, fewer in large pictures. */
  readonly filters?: readonly number[];
  /** Updates over which the largest size fades in. Default 0: it is there at once, as in a steady stage. */
  readonly fadeSteps?: number;
  /** Classes of an input `class`, one-hot `[batch, classes]`. Default no such input. */
  readonly classes?: number;
}

/** {@link ProgressiveOptions} but the name and seed. */
export const PROGRESSIVE: Absent<Pick<ProgressiveOptions, "filters" | "classes">> &
  Defaulted<Pick<ProgressiveOptions, "fadeSteps">> = {
  filters: optional(sizes()),
  fadeSteps: integer({ min: 0, default: 0 }),
  classes: optional(integer({ min: 2 })),
};

/** Each pixel twice along both axes. */
export function repeated(net: Assembly, layer: string, x: Node): Node {
  return net.apply(firFilter({ resample: "up", taps: [1, 1], name: net.named(layer) }), x);
}

/** The mean of each 2×2 pixels; a product of matrices, which can be differentiated twice. */
export function averaged(net: Assembly, layer: string, x: Node): Node {
  return net.apply(firFilter({ resample: "down", taps: [1, 1], name: net.named(layer) }), x);
}

/** From what the smaller network did to what the larger one does. */
export function faded(net: Assembly, side: number, steps: number, before: Node, after: Node): Node {
  return net.apply(fadeIn({ steps, name: net.named(`fade${side}`) }), [before, after]);
}
