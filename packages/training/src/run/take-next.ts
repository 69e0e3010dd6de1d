import type { Batch } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/**
 * The next batch of a pass, or `undefined` as soon as the signal fires: a source that waits, or never gives one, does not keep a
 * run from ending. A batch that comes after that is freed.
 */
export async function takeNext<B extends Batch>(
  next: Promise<IteratorResult<B>>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<B> | undefined> {
  if (signal === undefined) return next;
  let abort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener("abort", abort!);
  }
}

/** Frees a batch that nobody waits for any more, whenever it comes. */
export function forget<B extends Batch>(next: Promise<IteratorResult<B>> | undefined): void {
  next?.then(
    ({ value, done }) => {
      if (!done) tf.dispose(value as never);
    },
    () => undefined,
  );
}
