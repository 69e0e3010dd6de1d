import { check, DataError, UnsupportedError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "./array-dataset.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";
import { decodePicture, type Picture, withChannels } from "./images/picture.js";
import { cropTo, resize } from "./images/resize.js";
import { storeImages } from "./internal/store-images.js";

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** `[height, width]` to bring every picture to; without it all must have one size. */
  readonly resize?: readonly [height: number, width: number];
  /** How another aspect ratio is met: `cover` cuts the sides off, unless given; `stretch` distorts. */
  readonly fit?: "cover" | "stretch";
  /** 1 for grey, 3 for colour, 4 with alpha; unless given, 1 when all pictures are grey and 3 otherwise. */
  readonly channels?: 1 | 3 | 4;
  /** Grey value, from 0 to 255, behind transparent pixels; 0, black, unless given. */
  readonly background?: number;
}

interface Entry {
  readonly path: string;
  readonly label: number;
}

/**
 * A folder of PNG files, for Node.js: the pictures in each subfolder, and below it, are a class of the subfolder's name.
 * Pictures in the folder itself, without subfolders, are one class named ".".
 *
 * Pictures are kept as bytes in memory. Scaling filters like PyTorch's antialiased bilinear `interpolate`.
 *
 * **Shapes** `x` float32 `[batch, height, width, channels]` in [0, 1]; `label` int32 `[batch]`, the place of the class
 * in `info.classNames`, which is sorted.
 *
 * @throws DataError when there is no PNG, one is damaged, or sizes differ; UnsupportedError in a browser.
 * @example
 * ```ts no-run
 * import { imageFolder } from "@latentkit/data";
 * const faces = await imageFolder("pictures/faces", { resize: [64, 64] });
 * console.log(faces.size, faces.info.classNames);
 * ```
 */
export async function imageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const { fit = "cover", channels, background = 0 } = options;
  const checker = check("imageFolder");
  checker.known(options, ["resize", "fit", "channels", "background"]);
  checker.oneOf("fit", fit, ["cover", "stretch"]);
  checker.number("background", background, { min: 0, max: 255 });
  checker.that("channels", channels, [undefined, 1, 3, 4].includes(channels), "1, 3 or 4");
  if (options.resize !== undefined) {
    checker.that("resize", options.resize, options.resize.length === 2, "a pair [height, width]");
    checker.sizes("resize", options.resize);
  }
  const { entries, classNames } = await findPictures(folder);
  const pictures: Picture[] = [];
  for (const { path } of entries) {
    const decoded = await decodePicture(path, await files.readBytes(path));
    const grey = decoded.channels < 3;
    let picture = withChannels(decoded, channels ?? (grey ? 1 : 3), background);
    if (options.resize !== undefined) {
      const [height, width] = options.resize;
      if (fit === "cover") picture = cropTo(picture, height, width);
      picture = resize(picture, height, width);
    }
    const first = pictures[0] ?? picture;
    if (picture.width !== first.width || picture.height !== first.height) {
      throw new DataError(
        `imageFolder: expected all pictures to have one size, received ${first.height}×${first.width} for ${entries[0]!.path} and ${picture.height}×${picture.width} for ${path}; pass resize: [height, width].`,
      );
    }
    pictures.push(picture);
  }
  const depth = channels ?? (pictures.every((picture) => picture.channels === 1) ? 1 : 3);
  const { width, height } = pictures[0]!;
  const x = new Uint8Array(pictures.length * height * width * depth);
  pictures.forEach((picture, i) => {
    x.set(withChannels(picture, depth, background).data, i * height * width * depth);
  });
  const labels = Int32Array.from(entries, ({ label }) => label);
  return storeImages("imageFolder", x, [height, width, depth], labels, classNames);
}

async function findPictures(folder: string): Promise<{ entries: Entry[]; classNames: string[] }> {
  const names = await list(folder);
  const classNames: string[] = [];
  const entries: Entry[] = [];
  for (const name of names.filter((candidate) => !isPng(candidate))) {
    const paths = await pngsBelow(files.join(folder, name));
    for (const path of paths) entries.push({ path, label: classNames.length });
    if (paths.length > 0) classNames.push(name);
  }
  const loose = names.filter(isPng).map((name) => files.join(folder, name));
  if (loose.length > 0 && entries.length > 0) {
    throw new DataError(
      `imageFolder: expected pictures either in ${folder} or in its subfolders, one a class, received both; move ${loose[0]} into a subfolder.`,
    );
  }
  if (loose.length > 0) return { entries: loose.map((path) => ({ path, label: 0 })), classNames: ["."] };
  if (entries.length > 0) return { entries, classNames };
  const found = names.length > 0 ? `received ${names.slice(0, 5).join(", ")}` : "received an empty or missing folder";
  throw new DataError(
    `imageFolder: expected PNG files in ${folder} or its subfolders, ${found}; convert other formats to PNG first.`,
  );
}

async function pngsBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const name of await list(folder)) {
    const path = files.join(folder, name);
    if (isPng(name)) paths.push(path);
    else paths.push(...(await pngsBelow(path)));
  }
  return paths;
}

/** Visible names in a folder; none for a file. */
async function list(folder: string): Promise<string[]> {
  try {
    return (await files.listFolder(folder)).filter((name) => !name.startsWith("."));
  } catch (cause) {
    if (cause instanceof UnsupportedError) {
      const mend = "decode pictures with a canvas there and use fromArrays";
      throw new UnsupportedError(`imageFolder: a browser has no folders; ${mend}.`, { cause });
    }
    if ((cause as { cause?: { code?: string } }).cause?.code === "ENOTDIR") return [];
    throw cause;
  }
}

function isPng(name: string): boolean {
  return /\.png$/i.test(name);
}
