import * as tf from "@tensorflow/tfjs";

/** An operation whose derivatives are compared with finite differences. */
export interface DerivativeCase {
  readonly name: string;
  /** Shapes of standard normal inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** From normal values to the operation's domain. */
  readonly prepare?: (x: tf.Tensor) => tf.Tensor;
  /** Takes as many tensors as there are shapes, each of its shape's rank. */
  readonly run: (...inputs: never[]) => tf.Tensor;
  /** Step of the differences; 0.01 unless given. */
  readonly step?: number;
  /** Largest error beside the sum of the derivative's absolute parts; 0.005 unless given. */
  readonly tolerance?: number;
}

/** Linear in each input: a large step has no error but rounding. */
export const LINEAR = { step: 0.25 } as const;

/** With kinks: a step that hardly ever crosses one, and more rounding. */
export const KINKED = { step: 3e-4, tolerance: 2e-2 } as const;

/** A tensor of integers. */
export function integers(values: readonly number[], shape: readonly number[] = [values.length]): tf.Tensor {
  return tf.tensor([...values], [...shape], "int32");
}
