import type { Model } from "../types/model.js";
import type { ModelFactory } from "./define-model.js";

/** A factory of any model. */
export type AnyFactory = ModelFactory<never, Model<never>>;

/** What a factory makes. */
export type ModelOf<F> = F extends (...options: never) => infer M ? M : never;

/** Options of a factory that may take the place of a file's: all but its networks have to stay as they are. */
export type LoadOptionsOf<F> = F extends (...options: infer A) => unknown ? Partial<NonNullable<A[0]>> : never;
