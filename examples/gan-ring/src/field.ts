import { random } from "@latentkit/core";
import type { Gan } from "@latentkit/gan";
import type { Picture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const SIZE = 120;
const REACH = 1.5;

/** The discriminator's opinion of the plane as shades of grey, real points green, samples red. */
export async function drawField(
  model: Gan,
  data: { readonly info: { readonly centres: readonly (readonly number[])[] } },
): Promise<Picture> {
  const axis = Array.from({ length: SIZE }, (_, i) => -REACH + (2 * REACH * (i + 0.5)) / SIZE);
  const places = axis.flatMap((y) => axis.map((x) => [x, -y]));
  const pack = model.networks.discriminator.inputs[0]!.shape[1]! / 2;
  // Row by row, since a discriminator that compares examples needs memory for every pair of a batch.
  const rows = axis.map((_, row) =>
    tf.tidy(() => {
      // A packed discriminator judges several points at once: here the same point as often.
      const line = tf.tensor2d(places.slice(row * SIZE, (row + 1) * SIZE));
      const points = tf.tile(tf.reshape(line, [SIZE, 1, 2]), [1, pack, 1]);
      return model.discriminate(tf.reshape(points, [-1, 2]));
    }),
  );
  const opinion = tf.tidy(() => {
    const judged = tf.concat(rows);
    const [low, high] = [tf.min(judged), tf.max(judged)];
    return tf.div(tf.sub(judged, low), tf.maximum(tf.sub(high, low), 1e-6));
  });
  const shades = await opinion.data();
  const samples = model.sample(400, random(0).stream("field"));
  const points = await samples.data();
  tf.dispose([opinion, samples, ...rows]);

  const pixels = new Uint8Array(SIZE * SIZE * 3);
  for (let i = 0; i < SIZE * SIZE; i++) pixels.fill(250 - Math.round(150 * shades[i]!), 3 * i, 3 * i + 3);
  const dot = (x: number, y: number, color: readonly number[]) => {
    const column = Math.floor(((x + REACH) / (2 * REACH)) * SIZE);
    const row = Math.floor(((REACH - y) / (2 * REACH)) * SIZE);
    if (column < 0 || row < 0 || column >= SIZE || row >= SIZE) return;
    pixels.set(color, 3 * (row * SIZE + column));
  };
  for (const [x, y] of data.info.centres) {
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      dot(x! + (dx! * 2 * REACH) / SIZE, y! + (dy! * 2 * REACH) / SIZE, [0, 140, 60]);
    }
  }
  for (let i = 0; i < points.length; i += 2) dot(points[i]!, points[i + 1]!, [200, 30, 40]);
  return { width: SIZE, height: SIZE, channels: 3, data: pixels, clipped: 0 };
}
