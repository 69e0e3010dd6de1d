import * as tf from "@tensorflow/tfjs";

/** A run that is over sooner needs nothing faster. */
const MOMENT_MS = 3000;

/** Says once in a process that steps run in plain JavaScript, where a line would make them many times as fast. */
export class SlowBackend {
  static #said = false;
  readonly #started: number = performance.now();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Between two steps. */
  look(): void {
    if (SlowBackend.#said || tf.getBackend() !== "cpu" || performance.now() - this.#started < MOMENT_MS) return;
    SlowBackend.#said = true;
    this.#warn(
      "train: steps run in plain JavaScript, the backend 'cpu'. `await useBackend(\"auto\")` of latentkit or @latentkit/backends, before the first tensor is made, makes them ten times as fast and more; in Node.js the option `executor: onnx()` does, too.",
    );
  }
}
