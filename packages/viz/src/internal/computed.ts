import type { Batch, Compile, GivenLike, PreparedFunction, Random, StepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

type Looks = (batch: Batch, given: GivenLike | undefined, step?: StepContext) => tf.Tensor;

/** What was made ready by one run's `compile`, for each model, by name. Runs free it when they end. */
const ready = new WeakMap<Compile, WeakMap<object, Map<string, PreparedFunction>>>();

/**
 * Computes a function of tensors: at once, or, with a run's `compile`, in the way in which the run computes its steps. What was
 * made ready is kept for the next sheet of the same kind.
 *
 * @param name - Tells functions of one model apart.
 * @param given - Conditions. Tensors are inputs of what is made ready; numbers and lists are part of it.
 */
export async function computed(
  name: string,
  model: object,
  compile: Compile | undefined,
  batch: Batch,
  given: GivenLike | undefined,
  look: Looks,
  random?: Random,
): Promise<tf.Tensor> {
  if (compile === undefined) return tf.tidy(() => look(batch, given));
  const [fed, fixed] = separated(given);
  const prepared = kept(compile, model, `${name} ${JSON.stringify([Object.keys(fed), fixed])}`, (inputs, step) => {
    const conditions = Object.keys(fed).map((condition) => [condition, inputs[PREFIX + condition]!]);
    return { images: look(inputs, given && { ...fixed, ...Object.fromEntries(conditions) }, step) };
  });
  const inputs = Object.fromEntries(Object.entries(fed).map(([condition, value]) => [PREFIX + condition, value]));
  const { images } = await prepared.run({ ...batch, ...inputs }, random);
  return images!;
}

const PREFIX = "given.";

function kept(compile: Compile, model: object, key: string, fn: Parameters<Compile>[0]): PreparedFunction {
  const models = ready.get(compile) ?? new WeakMap<object, Map<string, PreparedFunction>>();
  const functions = models.get(model) ?? new Map<string, PreparedFunction>();
  const prepared = functions.get(key) ?? compile(fn);
  ready.set(compile, models.set(model, functions.set(key, prepared)));
  return prepared;
}

function separated(given: GivenLike | undefined): [Readonly<Record<string, tf.Tensor>>, GivenLike] {
  const entries = Object.entries(given ?? {});
  const tensors = entries.filter((entry): entry is [string, tf.Tensor] => entry[1] instanceof tf.Tensor);
  return [
    Object.fromEntries(tensors),
    Object.fromEntries(entries.filter(([, value]) => !(value instanceof tf.Tensor))),
  ];
}
