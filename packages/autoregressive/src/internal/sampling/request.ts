import type { SampleProgress } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import type { PlaceLikelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** Pictures to be drawn, with all that is random in them: the same request gives the same pictures, however they are computed. */
export interface DrawRequest {
  /** Shape of one example; its last axis holds the values of a place. */
  readonly shape: readonly number[];
  readonly count: number;
  readonly places: PlaceLikelihood;
  /** Uniform numbers, `[count, places, uniforms]`. */
  readonly noise: Float32Array;
  /** One uniform number an example that was drawn before the others, where something is chosen for each; empty otherwise. */
  readonly choices: Float32Array;
  readonly temperature: number;
  /** Values that are kept, `[count, …shape]`, where `mask` is not 0. */
  readonly known?: Float32Array | undefined;
  readonly mask?: Uint8Array | undefined;
  /** What the network takes after its first input, `[count, …]` each. */
  readonly conditions: readonly tf.Tensor[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SampleProgress) => void) | undefined;
}

/** The pictures of a request, as they come to be. */
export class Drawing {
  readonly request: DrawRequest;
  /** Values of a place. */
  readonly values: number;
  /** Places of an example. */
  readonly places: number;
  /** What is drawn, `[count, …shape]`. */
  readonly data: Float32Array;
  readonly #uniforms: number;
  readonly #place: Float32Array;

  constructor(request: DrawRequest, values: number) {
    const size = sizeOf(request.shape);
    this.request = request;
    this.values = values;
    this.places = size / values;
    this.data = new Float32Array(request.count * size);
    this.#uniforms = request.places.uniforms(values);
    this.#place = new Float32Array(values);
  }

  /** Draws one value of a place of an example, or takes the known one, and writes it down. */
  draw(example: number, place: number, value: number, parameters: Float32Array): number {
    const { mask, known, noise, places, temperature } = this.request;
    const at = (example * this.places + place) * this.values;
    if (known !== undefined && mask![at + value] !== 0) this.data[at + value] = known[at + value]!;
    else {
      const from = (example * this.places + place) * this.#uniforms;
      this.#place.set(this.data.subarray(at, at + this.values));
      const uniforms = noise.subarray(from, from + this.#uniforms);
      this.data[at + value] = places.draw(parameters, value, this.#place, uniforms, temperature);
    }
    return this.data[at + value]!;
  }

  /** The examples as they stand. */
  tensor(): tf.Tensor {
    const { count, shape } = this.request;
    return tf.tensor(this.data.slice(), [count, ...shape], "float32");
  }

  /** Tells how far the drawing has come; `done` counts places of examples. */
  tell(done: number): void {
    this.request.onProgress?.({
      done,
      total: this.places * this.request.count,
      picture: () => this.tensor(),
    });
  }
}
