import type { Json } from "./json.js";

/** What files and checkpoints say of a model beside its weights. */
export type ModelDescription = {
  /** Name of the factory that builds it. */
  readonly kind: string;
  /** Its options. */
  readonly options: Readonly<Record<string, Json>>;
  /** Options that are functions, which have to be given again on loading. */
  readonly asked: readonly string[];
};
