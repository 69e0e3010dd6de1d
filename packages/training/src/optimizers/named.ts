import { adam } from "./adam.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** Optimisers that a name stands for, with their defaults. */
export const NAMED_OPTIMIZERS: {
  readonly adam: typeof adam;
  readonly rmsprop: typeof rmsprop;
  readonly sgd: typeof sgd;
} = { adam, rmsprop, sgd };

/** The name of an optimiser with its defaults. */
export type OptimizerName = keyof typeof NAMED_OPTIMIZERS;
