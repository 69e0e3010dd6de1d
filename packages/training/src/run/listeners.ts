import type { Callback, TrainingEvent } from "@latentkit/core";
import type { LeakWatch } from "./leak-watch.js";

type Hook = "onStart" | "onStep" | "onValidation" | "onEpoch";

/** The callbacks of a run: called one after another, each awaited. */
export class Listeners {
  readonly #callbacks: readonly Callback[];
  readonly #event: () => TrainingEvent;
  readonly #ready: () => Promise<void>;
  readonly #leaks: () => LeakWatch;
  #started = 0;

  /** @param ready - Brings weights on a device where a callback can use them at once. */
  constructor(
    callbacks: readonly Callback[],
    event: () => TrainingEvent,
    ready: () => Promise<void>,
    leaks: () => LeakWatch,
  ) {
    this.#callbacks = callbacks;
    this.#event = event;
    this.#ready = ready;
    this.#leaks = leaks;
  }

  /** Those that listen to steps and are due. */
  due(isDue: (every: number | undefined) => boolean): readonly Callback[] {
    return this.#callbacks.filter((callback) => callback.onStep && isDue(callback.every));
  }

  async call(hook: Hook, callbacks: readonly Callback[] = this.#callbacks): Promise<void> {
    for (const callback of callbacks) {
      if (hook === "onStart") this.#started++;
      await this.#ready();
      await this.#leaks().watch(`the callback '${callback.name}'`, () => callback[hook]?.(this.#event()));
    }
  }

  /** Tells those that were told of the start, whatever one of them throws. Returns what they threw. */
  async end(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const callback of this.#callbacks.slice(0, this.#started)) {
      try {
        await this.#ready();
        await callback.onEnd?.(this.#event());
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }
}
