import type { Callback, TrainingEvent } from "@latentkit/core";
import { integer, resolveOptions } from "@latentkit/core/authoring";
import { called } from "../internal/options.js";
import type { Picture } from "../picture/picture.js";
import { checkSink, deliver, type PictureSink, SINK } from "./sink.js";

/** Options of {@link pictures}. */
export interface PicturesOptions extends PictureSink {
  /** Steps between two sheets. Default 500. One more is drawn at the end. */
  readonly every?: number;
  /** Draws the sheets: one picture, or several by name. */
  readonly draw: (event: TrainingEvent) => PicturesDrawn | Promise<PicturesDrawn>;
}

/** What {@link PicturesOptions.draw} returns. */
export type PicturesDrawn = Picture | Readonly<Record<string, Picture>>;

const OPTIONS = {
  ...SINK,
  every: integer({ min: 1, default: 500 }),
  draw: called<PicturesOptions["draw"]>("a function that draws a picture, or several by name"),
};

/**
 * A callback that draws sheets of pictures while a model trains: `samples-000500.png`, `samples-001000.png` and so on, and
 * the newest of each also as `samples.png`, to keep open in a viewer.
 *
 * @throws ConfigError for options out of range, or neither `folder` nor `onPicture`.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { imageGrid, pictures } from "@latentkit/viz";
 * const callbacks = [
 *   pictures({ folder: "runs/first", every: 200, draw: async () => ({ noise: await imageGrid(random(1).uniform([4, 8, 8, 1])) }) }),
 * ];
 * ```
 */
export function pictures(options: PicturesOptions): Callback {
  const owner = "pictures";
  const { folder, onPicture, every, draw } = resolveOptions(owner, OPTIONS, options);
  checkSink(owner, options);
  let drawn = -1;
  const show = async (event: TrainingEvent): Promise<void> => {
    if (event.step === drawn) return;
    const result = await draw(event);
    const named = isPicture(result) ? { picture: result } : result;
    for (const [name, picture] of Object.entries(named)) {
      await deliver({ folder, onPicture }, `${name}-${String(event.step).padStart(6, "0")}`, picture);
      await deliver({ folder }, name, picture);
    }
    drawn = event.step;
  };
  return { name: owner, every, onStep: show, onEnd: show };
}

/** Whether a value is one picture, not several by name. */
export function isPicture(value: PicturesDrawn): value is Picture {
  return (value as Partial<Picture>).data instanceof Uint8Array;
}
