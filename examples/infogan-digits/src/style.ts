import { random } from "@latentkit/core";
import type { InfoGan } from "@latentkit/gan";
import { rankCorrelation } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";

/** How the ink of an image lies: sideways shift per row, horizontal spread in pixels, and amount. */
interface Style {
  readonly slant: number;
  readonly width: number;
  readonly ink: number;
}

/** Rank correlations of a code with each measure of style, mean over the categories. */
export type StyleCorrelation = Readonly<Record<keyof Style, number>>;

const SIZE = 28;

/** What each continuous code does: samples of every category with random codes, their ink's moments against the code. */
export async function styleOfCodes(model: InfoGan, options: { seed: number; perCategory: number }) {
  const { seed, perCategory } = options;
  const sums = [0, 1].map(() => ({ slant: 0, width: 0, ink: 0 }));
  for (let category = 0; category < 10; category++) {
    const source = random(seed).stream(`style of ${category}`);
    const [codes, images] = tf.tidy(() => {
      const drawn = source.uniform<tf.Rank.R2>([perCategory, 2], -1, 1);
      const told = tf.oneHot(tf.fill([perCategory], category, "int32") as tf.Tensor1D, 10).toFloat();
      return [drawn, model.decode(model.withCodes(tf.concat([told as tf.Tensor2D, drawn], 1), source))];
    });
    const [values, pixels] = [await codes.data(), await images.data()];
    tf.dispose([codes, images]);
    const styles = Array.from({ length: perCategory }, (_, i) =>
      style(pixels.subarray(i * SIZE ** 2, (i + 1) * SIZE ** 2)),
    );
    for (const [code, sum] of sums.entries()) {
      const moved = styles.map((_, i) => values[2 * i + code]!);
      for (const measure of ["slant", "width", "ink"] as const) {
        sum[measure] +=
          rankCorrelation(
            moved,
            styles.map((of) => of[measure]),
          ) / 10;
      }
    }
  }
  return sums as readonly StyleCorrelation[];
}

/** First and second moments of the ink. */
function style(pixels: ArrayLike<number>): Style {
  let [ink, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const grey = pixels[row * SIZE + column]!;
      ink += grey;
      x += grey * column;
      y += grey * row;
      xx += grey * column * column;
      xy += grey * column * row;
      yy += grey * row * row;
    }
  }
  const total = Math.max(ink, 1e-6);
  const [mx, my] = [x / total, y / total];
  const [varX, varY, cov] = [xx / total - mx * mx, yy / total - my * my, xy / total - mx * my];
  // Rows count downwards: ink that leans to the right moves left as the row number grows.
  const slant = -cov / Math.max(varY, 1e-6);
  // The spread about the slanted axis, so that leaning alone does not count as width.
  return { slant, width: Math.sqrt(Math.max(varX - slant * slant * varY, 0)), ink };
}
