import { Breather } from "@latentkit/core/authoring";

/** A long computation that stops now and then to be asked whether it may go on. */
export type Steps<T> = Generator<void, T, void>;

/** Runs a computation to its end, giving others a turn at its stops and ending it there when the signal is raised. */
export async function breathing<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  const breather = new Breather();
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    await breather.pause();
    signal?.throwIfAborted();
  }
}

/** Runs a computation to its end at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}
