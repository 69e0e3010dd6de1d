import type { Json } from "@latentkit/core";

/** Shapes of batches that are compiled: the usual one, a last partial one, and room for a change of size. */
const MAX_SHAPES = 4;

/**
 * What has been found out about a program in the course of its run, whatever processes it took: a run that is resumed does what
 * it would have done without the break.
 */
export class ProgramState {
  /** Why the program runs eagerly, if it does. */
  eager: string | undefined;
  /** Updates by shape of batches, those that were compared included. */
  readonly #updates = new Map<string, number>();

  /** Whether batches of this shape are compiled. */
  admits(shape: string): boolean {
    if (this.#updates.has(shape)) return true;
    if (this.#updates.size >= MAX_SHAPES) return false;
    this.#updates.set(shape, 0);
    return true;
  }

  /** Whether any update has been compiled. */
  get begun(): boolean {
    return [...this.#updates.values()].some((count) => count > 0);
  }

  /** Counts one more update with batches of this shape; gives its number, from 1. */
  count(shape: string): number {
    const updates = (this.#updates.get(shape) ?? 0) + 1;
    this.#updates.set(shape, updates);
    return updates;
  }

  save(): Json {
    return { eager: this.eager ?? null, updates: Object.fromEntries(this.#updates) };
  }

  /** Takes back what {@link ProgramState.save} gave; anything else is passed over. */
  load(state: Json): void {
    const { eager, updates } = (state ?? {}) as { readonly eager?: unknown; readonly updates?: unknown };
    if (typeof eager === "string") this.eager = eager;
    for (const [shape, count] of Object.entries((updates ?? {}) as Record<string, unknown>)) {
      if (Number.isInteger(count)) this.#updates.set(shape, count as number);
    }
  }
}
