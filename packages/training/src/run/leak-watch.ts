import { ConfigError } from "@latentkit/core";

/** Readings in a row that must grow before it counts as a leak: callbacks may keep a few tensors for good reason. */
const READINGS = 5;

/** Watches the number of tensors of a run, which has to stay the same from step to step. */
export class LeakWatch {
  #step = 0;
  #tensors = 0;
  #growing = 0;

  /** @throws ConfigError when every step since several readings has left tensors behind. */
  observe(step: number, tensors: number): void {
    const perStep = (tensors - this.#tensors) / Math.max(1, step - this.#step);
    this.#growing = this.#step > 0 && perStep >= 1 ? this.#growing + 1 : 0;
    this.#step = step;
    this.#tensors = tensors;
    if (this.#growing >= READINGS) {
      throw new ConfigError(
        `train: expected a constant number of tensors, received ${Math.floor(perStep)} more with every step up to step ${step} (${tensors} now); wrap what makes them, the dataset or a callback, in tf.tidy, or dispose them.`,
      );
    }
  }
}
