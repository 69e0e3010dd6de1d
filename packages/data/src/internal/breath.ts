/** Milliseconds of work after which timers and signals get a turn. */
const TURN = 50;

/**
 * Makes a function to be awaited in a long loop: now and then it waits for the event loop's next turn, without which a loop over
 * synchronous data keeps timers, signals and the page from running.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < TURN) return undefined;
    return new Promise((resolve) =>
      setTimeout(() => {
        last = performance.now();
        resolve();
      }),
    );
  };
}
