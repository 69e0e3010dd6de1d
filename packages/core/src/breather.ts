/** Milliseconds of work between two turns of the event loop. */
const INTERVAL = 50;

/**
 * Lets timers, signals and servers run now and then: awaiting a finished computation alone never leaves the microtask
 * queue, and a process would be deaf to Ctrl-C until a long loop ends.
 */
export class Breather {
  #last: number = performance.now();

  /** Gives the event loop a turn when the last one is long ago. */
  async pause(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL) return;
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(() => resolve());
      else {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      }
    });
    this.#last = performance.now();
  }
}
