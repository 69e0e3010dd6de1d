import type { RandomSource, Schedule, StepContext } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";

/** The context of a recording: noise and schedules are inputs of the graph. */
export function recordingContext(
  builder: GraphBuilder,
  given: (value: Value) => tf.Tensor,
  draws: Value[],
): StepContext {
  const scheduled = new Map<Schedule, Value>();
  const draw = (distribution: "normal" | "uniform", shape: readonly number[], low: number, high: number): tf.Tensor => {
    const value = builder.input({ kind: "noise", distribution, low, high }, "float32", [...shape]);
    draws.push(value);
    return given(value);
  };
  const random: RandomSource = {
    normal: <R extends tf.Rank>(shape: readonly number[]) => draw("normal", shape, 0, 1) as tf.Tensor<R>,
    uniform: <R extends tf.Rank>(shape: readonly number[], low = 0, high = 1) =>
      draw("uniform", shape, low, high) as tf.Tensor<R>,
  };
  const schedule = (value: Schedule | number): tf.Scalar => {
    if (typeof value === "number") return given(builder.fill(value, "float32")) as tf.Scalar;
    const known = scheduled.get(value) ?? builder.input({ kind: "schedule", schedule: value }, "float32", []);
    scheduled.set(value, known);
    return given(known) as tf.Scalar;
  };
  return { random, training: true, schedule };
}
