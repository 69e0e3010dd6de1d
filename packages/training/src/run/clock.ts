import { SlowBackend } from "./slow-backend.js";

/** Steps per second over the last interval. */
export class Clock {
  #step: number;
  #time: number = performance.now();
  #rate = 0;
  readonly #slow: SlowBackend | undefined;

  /** @param warn - Hears of eager steps that are slow for want of a backend. */
  constructor(step: number, warn?: (message: string) => void) {
    this.#step = step;
    this.#slow = warn && new SlowBackend(warn);
  }

  get stepsPerSecond(): number {
    return this.#rate;
  }

  /** A step is done; `last` ends an interval. */
  tick(step: number, last: boolean): void {
    this.#slow?.look();
    if (!last) return;
    const time = performance.now();
    this.#rate = ((step - this.#step) / Math.max(1e-3, time - this.#time)) * 1e3;
    this.#step = step;
    this.#time = time;
  }
}
