import { type Compile, type CompiledModel, compileModel } from "@latentkit/core";
import { compileEagerly } from "@latentkit/core/authoring";

/** Rows that a sheet computes at once, so that a large sheet needs the networks' memory for a small one. */
const ROWS = 64;

/** What was made ready by one run's `compile`, for each model. Runs free it when they end. */
const ready = new WeakMap<Compile, WeakMap<object, unknown>>();

/**
 * A model's capabilities as a run computes its steps, or eagerly without a run's `compile`. What was made ready is kept for the next
 * sheet.
 */
export function looks<M extends object>(model: M, compile: Compile = compileEagerly): CompiledModel<M> {
  const models = ready.get(compile) ?? new WeakMap<object, unknown>();
  const known = models.get(model) ?? compileModel(model, compile, { batchSize: ROWS });
  ready.set(compile, models.set(model, known));
  return known as CompiledModel<M>;
}
