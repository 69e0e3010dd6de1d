import type { Batch, StepContext, StepProgram } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link adamProgram}. */
export interface AdamProgramOptions {
  readonly name: string;
  readonly weights: readonly tf.Variable[];
  /** Variables beside the weights that the loss reads. */
  readonly others?: readonly tf.Variable[];
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  loss(batch: Batch, context: StepContext): Readonly<Record<string, tf.Scalar>> & { readonly loss: tf.Scalar };
}

/** A step with a hand-written Adam: the kind of program that a trainer makes. */
export function adamProgram(options: AdamProgramOptions): StepProgram & { dispose(): void } {
  const { name, weights, others = [], learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999 } = options;
  const slot = (): tf.Variable[] => weights.map((weight) => tf.variable(tf.zeros(weight.shape)));
  const [first, second] = [slot(), slot()];
  return {
    name,
    variables: [...weights, ...first, ...second, ...others],
    run: (batch, context) =>
      tf.tidy(() => {
        const logs: Record<string, tf.Scalar> = {};
        const { grads } = tf.variableGrads(() => {
          const parts = options.loss(batch, context);
          for (const [key, value] of Object.entries(parts)) logs[key] = tf.keep(value.clone());
          return parts.loss;
        }, [...weights]);
        const rate = context.schedule(
          (update) => (learningRate * Math.sqrt(1 - beta2 ** (update + 1))) / (1 - beta1 ** (update + 1)),
        );
        weights.forEach((weight, i) => {
          const gradient = grads[weight.name]!;
          const [m, v] = [first[i]!, second[i]!];
          m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
          v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
          weight.assign(tf.sub(weight, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), 1e-8))));
        });
        return logs;
      }),
    dispose: () => tf.dispose([...first, ...second]),
  };
}
