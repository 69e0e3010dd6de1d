/** Steps per second over the last interval. */
export class Clock {
  #step: number;
  #time: number = performance.now();
  #rate = 0;

  constructor(step: number) {
    this.#step = step;
  }

  get stepsPerSecond(): number {
    return this.#rate;
  }

  /** Ends an interval at this step. */
  measure(step: number): void {
    const time = performance.now();
    this.#rate = ((step - this.#step) / Math.max(1e-3, time - this.#time)) * 1e3;
    this.#step = step;
    this.#time = time;
  }
}
