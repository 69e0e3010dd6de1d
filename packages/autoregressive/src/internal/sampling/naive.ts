import { apply, Breather } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { Drawing, type DrawRequest } from "./request.js";

/** Examples that pass through the network at once. */
const CHUNK = 64;

/**
 * Draws with one pass of the whole network for each value: what caching is compared with, and what is left for networks whose layers
 * cannot be computed place by place.
 *
 * @param limit - Places after which it stops, for measuring what a place costs.
 */
export async function drawNaively(
  network: tf.LayersModel,
  request: DrawRequest,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<Drawing> {
  const { shape, count, conditions, signal } = request;
  const values = shape.at(-1)!;
  const drawing = new Drawing(request, values);
  const size = drawing.places * values;
  const breather = new Breather();
  for (let first = 0; first < count; first += CHUNK) {
    const rows = Math.min(CHUNK, count - first);
    const told = conditions.map((condition) => tf.slice(condition, first, rows));
    try {
      for (let place = 0; place < Math.min(limit, drawing.places); place++) {
        for (let value = 0; value < values; value++) {
          const said = tf.tidy(() => {
            const x = tf.tensor(drawing.data.slice(first * size, (first + rows) * size), [rows, ...shape]);
            const output = apply(network, told.length === 0 ? x : [x, ...told]);
            const perPlace = output.size / (rows * drawing.places);
            return tf.slice(tf.reshape(output, [rows, drawing.places, perPlace]), [0, place, 0], [rows, 1, perPlace]);
          });
          const parameters = (await said.data()) as Float32Array;
          const perPlace = said.size / rows;
          said.dispose();
          for (let row = 0; row < rows; row++) {
            drawing.draw(first + row, place, value, parameters.slice(row * perPlace, (row + 1) * perPlace));
          }
        }
        await breather.pause();
        signal?.throwIfAborted();
        drawing.tell(first * drawing.places + (place + 1) * rows);
      }
    } finally {
      tf.dispose(told);
    }
  }
  return drawing;
}
