import {
  check,
  choice,
  integer,
  listOf,
  number,
  optional,
  resolveOptions,
  text,
  value,
} from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { abortSignal, DRAWS, record } from "../internal/options.js";
import { store } from "../internal/store.js";
import { DESIGN_SIZE, drawFaces, enlarge, type FaceModules } from "./draw-faces.js";
import { chooseFaces, describeFace, FACE_PARTS, type FaceFactor, type FacePart } from "./face-parts.js";
import { keptBytes } from "./kept-bytes.js";

/** Batches of faces with the factors that they were drawn from. */
export type PixelFacesBatch = Readonly<{
  /** Pictures, float32 `[batch, size, size, 3]` in [0, 1]. */
  x: tf.Tensor4D;
  /** Class number of the factor that `label` names, int32 `[batch]`. */
  label: tf.Tensor1D;
  /** Class number of each factor, int32 `[batch, 16]`. */
  factors: tf.Tensor2D;
}>;

/** What is known of a dataset of faces. */
export interface PixelFacesInfo {
  /** What each number in `label` stands for. */
  readonly classNames: readonly string[];
  /** The factors in the order of the columns of `factors`. */
  readonly factors: readonly FaceFactor[];
}

/** Options of {@link pixelFaces}. */
export interface PixelFacesOptions {
  /** Faces. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Side of a picture in pixels. The design has 16; larger pictures show each pixel as a square. Default 32. */
  readonly size?: 16 | 32 | 64 | 128;
  /** The factor that `label` holds. Default hair. */
  readonly label?: FacePart;
  /** Values that factors may have, such as `{ hat: ["none"], hair: ["short01", "long05"] }`. Default all of them. */
  readonly parts?: Readonly<Partial<Record<FacePart, readonly string[]>>>;
  /** Share of the faces without glasses, without hat, without beard and without accessories, each by itself. Default 0.5. */
  readonly absent?: number;
  /** Class numbers of the sixteen factors of each face, instead of `count` and `seed`. */
  readonly factors?: readonly (readonly number[])[];
  /** Colour behind the face, `#rrggbb`. Default #b6e3f4, a light blue. */
  readonly background?: string;
  /** Folder that drawn pictures are kept in. Default `latentkit` in the user's cache folder. */
  readonly cache?: string;
  /** The drawing packages, where they cannot be imported by name: in bundled browser programs. Default imported by name. */
  readonly modules?: FaceModules;
  /** Ends drawing, between two faces. */
  readonly signal?: AbortSignal;
}

type Size = NonNullable<PixelFacesOptions["size"]>;

const SIZES: readonly unknown[] = [16, 32, 64, 128];
const OPTIONS = {
  ...DRAWS,
  count: optional(integer({ min: 1 })),
  size: /* @__PURE__ */ value<Size>({
    default: 32,
    expected: "16, 32, 64 or 128",
    accepts: (given) => SIZES.includes(given),
    factories: [],
  }),
  label: choice(FACE_PARTS, { default: "hair" }),
  parts: optional(record<NonNullable<PixelFacesOptions["parts"]>>('lists of names, such as { hat: ["none"] }')),
  absent: number({ min: 0, max: 1, default: 0.5 }),
  factors: optional(listOf(listOf(integer({ min: 0 })), { minLength: 1 })),
  background: text({ pattern: /^#[0-9a-f]{6}$/i, expected: "a colour, #rrggbb", default: "#b6e3f4" }),
  cache: optional(text()),
  modules: optional(record<FaceModules>("modules, such as { core, style, resvg }")),
  signal: optional(abortSignal),
};

/**
 * Faces of 16×16 pixels in colour whose parts are independent, named factors: eight parts (hair, eyes, mouth, glasses, hat, beard,
 * clothing, accessories) and eight colours. One dataset for generators, conditional models, classifiers and measures of
 * disentanglement, of any size.
 *
 * Needs the optional packages `@dicebear/core` 9, `@dicebear/pixel-art` 9 and `@resvg/resvg-js`. What was drawn is kept with its
 * SHA-256 in `cache`: later runs read bytes, without those packages.
 *
 * **Shapes** `x` float32 `[batch, size, size, 3]` in [0, 1]; `label` int32 `[batch]`; `factors` int32 `[batch, 16]`.
 *
 * **Source** DiceBear, "Pixel Art", CC0 1.0. https://www.dicebear.com/styles/pixel-art
 *
 * @throws ConfigError when an option cannot work; UnsupportedError when a package is missing, with the line that installs it;
 *   DataError when pictures cannot be kept.
 * @example
 * ```ts no-run
 * import { pixelFaces } from "@latentkit/data";
 * const faces = await pixelFaces({ count: 20_000, size: 32, seed: 1, label: "skinColor" });
 * console.log(faces.info.classNames, faces.info.factors.map(({ name }) => name));
 * ```
 */
export async function pixelFaces(
  options: PixelFacesOptions = {},
): Promise<ArrayDataset<PixelFacesBatch, PixelFacesInfo>> {
  const settings = resolveOptions("pixelFaces", OPTIONS, options);
  const { count = 10_000, size, label, background, factors: rows, cache = files.cacheFolder() } = settings;
  if (rows !== undefined)
    check("pixelFaces").that("count", options.count, options.count === undefined, "absent when `factors` are given");
  const factors = describeFace(settings.parts ?? {});
  const classes = chooseFaces({ ...settings, count }, factors);
  const width = factors.length;
  const pictures = await keptBytes(
    {
      owner: "pixelFaces",
      cache,
      folder: "pixel-faces",
      key: ["pixel-art 9", background, factors, [...classes]],
      length: (classes.length / width) * DESIGN_SIZE ** 2 * 3,
    },
    () => drawFaces(classes, factors, settings),
  );
  const column = FACE_PARTS.indexOf(label);
  const fields = {
    x: { values: enlarge(pictures, size), shape: [size, size, 3], dtype: "float32", scale: 1 / 255 },
    label: { values: classes.filter((_, i) => i % width === column), shape: [], dtype: "int32", scale: 1 },
    factors: { values: classes, shape: [width], dtype: "int32", scale: 1 },
  } as const;
  const info = { classNames: factors[column]!.values, factors };
  return store<PixelFacesBatch, PixelFacesInfo>("pixelFaces", fields, info);
}
