import type { Callback, TrainingEvent } from "@latentkit/core";
import { integer, resolveOptions, text, withDefault } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { fromBase64, toBase64 } from "../internal/base64.js";
import { layOut } from "../internal/lay-out.js";
import { called } from "../internal/options.js";
import { GRID } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";
import { decodePng, encodePng } from "../picture/png.js";
import { stackPictures } from "../picture/stack-pictures.js";
import { checkSink, deliver, type PictureSink, SINK } from "./sink.js";

/** Options of {@link filmStrip}. */
export interface FilmStripOptions extends PictureSink {
  /** Steps between two rows. Default 200. */
  readonly every?: number;
  /** Makes a row: the images of the same few codes each time, `[count, height, width, 1 or 3]`. The callback disposes them. */
  readonly draw: (event: TrainingEvent) => tf.Tensor | Promise<tf.Tensor>;
  /** Name of the picture. Default `film`. */
  readonly name?: string;
  /** Rows at most. Default 40. When there are more, every second is dropped and rows come half as often. */
  readonly rows?: number;
  /** Side of the square that each pixel becomes. Default 1. */
  readonly upscale?: number;
  /** The values that become black and white. Default [0, 1]. */
  readonly range?: readonly [number, number];
}

interface Row {
  readonly step: number;
  readonly picture: Picture;
}

/** What a checkpoint keeps: the rows themselves, since the file may have grown after it. */
interface Saved {
  readonly stride: number;
  readonly rows: readonly { readonly step: number; readonly png: string }[];
}

const OPTIONS = {
  ...SINK,
  every: integer({ min: 1, default: 200 }),
  draw: called<FilmStripOptions["draw"]>("a function that makes a tensor of images"),
  name: text({ default: "film" }),
  rows: integer({ min: 2, default: 40 }),
  upscale: withDefault(GRID.upscale, 1),
  range: GRID.range,
};

/**
 * A callback that shows how the same codes change while a model trains: one picture that grows by a row of images every so
 * many steps, labelled with the step. Written anew with each row; a resumed run continues it: checkpoints keep its
 * rows.
 *
 * @throws ConfigError for options out of range, or neither `folder` nor `onPicture`.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { filmStrip } from "@latentkit/viz";
 * const callbacks = [filmStrip({ folder: "runs/first", every: 100, draw: () => random(1).uniform([8, 8, 8, 1]) })];
 * ```
 */
export function filmStrip(options: FilmStripOptions): Callback {
  const owner = "filmStrip";
  const resolved = resolveOptions(owner, OPTIONS, options);
  const { folder, onPicture, every, draw, name, rows: most, upscale, range } = resolved;
  checkSink(owner, options);
  const grid = resolveOptions(owner, GRID, { upscale, range, gap: 1 });
  let rows: Row[] = [];
  /** Calls between two rows: doubles each time that half of the rows are dropped. */
  let stride = 1;

  return {
    name: `${owner}:${name}`,
    every,
    async onStep(event) {
      if ((event.step / every) % stride !== 0) return;
      const images = await draw(event);
      try {
        const picture = await layOut(owner, images, { ...grid, columns: images.shape[0] });
        rows.push({ step: event.step, picture });
      } finally {
        images.dispose();
      }
      while (rows.length > most) {
        stride *= 2;
        rows = rows.filter(({ step }) => (step / every) % stride === 0);
      }
      await deliver(
        { folder, onPicture },
        name,
        stackPictures(
          rows.map((row) => row.picture),
          {
            labels: rows.map(({ step }) => String(step)),
          },
        ),
      );
    },
    save: () => ({ stride, rows: rows.map(({ step, picture }) => ({ step, png: toBase64(encodePng(picture)) })) }),
    load(state) {
      const saved = state as unknown as Saved;
      stride = saved.stride;
      rows = saved.rows.map(({ step, png }) => ({ step, picture: decodePng(fromBase64(png)) }));
    },
  };
}
