import { type Absent, check, optional, text } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { called } from "../internal/options.js";
import type { Picture } from "../picture/picture.js";
import { encodePng } from "../picture/png.js";

/** Where pictures of a run go: a folder, in Node.js, or a function, such as one that shows them on a page. */
export interface PictureSink {
  /** Folder for PNG files; made when missing. */
  readonly folder?: string;
  /** Receives each picture with the name that its file has, or would have, without `.png`. */
  readonly onPicture?: (name: string, picture: Picture) => void | Promise<void>;
}

/** The options of {@link PictureSink}. */
export const SINK: Absent<PictureSink> = {
  folder: optional(text()),
  onPicture: optional(called<NonNullable<PictureSink["onPicture"]>>("a function that receives pictures")),
};

/** Refuses a sink without an outlet. */
export function checkSink(owner: string, { folder, onPicture }: PictureSink): void {
  const fits = folder !== undefined || onPicture !== undefined;
  check(owner).that("folder", folder, fits, "a folder, unless `onPicture` is given");
}

/** Delivers a picture everywhere it is wanted. */
export async function deliver({ folder, onPicture }: PictureSink, name: string, picture: Picture): Promise<void> {
  if (folder !== undefined) await files.writeBytes(files.join(folder, `${name}.png`), encodePng(picture));
  await onPicture?.(name, picture);
}
