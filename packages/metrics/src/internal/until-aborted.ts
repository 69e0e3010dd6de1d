/**
 * Passes items on until the signal is raised, while one is waited for too: a stream that has gone quiet would hold its reader for
 * ever.
 *
 * @param discard - Takes an item that arrives after that.
 */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  discard: (item: T) => void,
): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  signal.throwIfAborted();
  const iterator = items[Symbol.asyncIterator]();
  let waiting = false;
  try {
    for (;;) {
      const pending = iterator.next();
      waiting = true;
      const next = await orAborted(pending, signal, discard);
      waiting = false;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const ended = iterator.return?.();
    // A generator that waits for its source answers only when that does.
    if (waiting) ended?.catch(() => {});
    else await ended;
  }
}

function orAborted<T>(
  pending: Promise<IteratorResult<T>>,
  signal: AbortSignal,
  discard: (item: T) => void,
): Promise<IteratorResult<T>> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      pending.then(
        (late) => late.done || discard(late.value),
        () => {},
      );
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
