import type * as tf from "@tensorflow/tfjs";
import type { OnnxTensor } from "../runtime/module.js";

/** Where one state output of a graph goes. */
export interface StateTarget {
  /**
   * The tensor to write into by the output's name; left out where a runtime always gives new ones.
   *
   * @param keep - Whether the old values have to stay, since the new ones may be discarded.
   */
  readonly fetches?: (keep: boolean) => readonly [name: string, tensor: OnnxTensor];
  /** Takes what a run gave, where it wrote new tensors. */
  readonly accept: (results: Readonly<Record<string, OnnxTensor>>) => void;
  /** Adds the new values by variable. */
  readonly collect: (values: Map<tf.Variable, ArrayLike<number>>) => Promise<void>;
  /** Makes the new values the current ones. */
  readonly commit: () => void;
  /** Forgets the new values. */
  readonly discard: () => void;
}
