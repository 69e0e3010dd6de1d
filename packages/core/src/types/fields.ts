import type * as tf from "@tensorflow/tfjs";
import type { ExpectedShape } from "../check.js";
import type { Support } from "./support.js";

/** What a model expects of one field of a batch. */
export interface FieldSpec {
  /** Its shape, batch axis included; `null` stands for any size. */
  readonly shape: ExpectedShape;
  /** Values that it may hold. Default any finite ones. */
  readonly support?: Support;
  /** Set for class numbers, int32 from 0 to `classes − 1`. */
  readonly classes?: number;
  /** Set when a batch may lack it. */
  readonly optional?: true;
}

/** The fields of a batch by name. */
export type FieldSpecs = Readonly<Record<string, FieldSpec>>;

/** Conditions of a batch as a batch has them: `label` as int32 class numbers, others as float32 vectors. */
export type Given = Readonly<Record<string, tf.Tensor>>;

/**
 * Conditions as a caller may write them: class numbers or rows of numbers as arrays, one of them for all examples, or tensors.
 */
export type GivenLike = Readonly<
  Record<string, tf.Tensor | number | readonly number[] | readonly (readonly number[])[]>
>;
