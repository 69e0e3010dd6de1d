import { choice, resolveOptions } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { store } from "../internal/store.js";
import { EMOJI_OPTIONS, type EmojiInfo, type EmojiPairsOptions } from "./emoji-options.js";
import { chooseNames, drawIcons, loadIcons } from "./icon-set.js";

/** Batches of emoji: `x` float32 `[batch, size, size, 3]` in [0, 1], `label` and `name` int32 `[batch]`. */
export type EmojiBatch = Readonly<{ x: tf.Tensor4D; label: tf.Tensor1D; name: tf.Tensor1D }>;

/** Batches of pairs: `noto` and `fluent` float32 `[batch, size, size, 3]` in [0, 1], `label` and `name` int32 `[batch]`. */
export type EmojiPairsBatch = Readonly<{
  noto: tf.Tensor4D;
  fluent: tf.Tensor4D;
  label: tf.Tensor1D;
  name: tf.Tensor1D;
}>;

/** Options of {@link emoji}. */
export interface EmojiOptions extends EmojiPairsOptions {
  /** Google's Noto Emoji (default), with shades, or Microsoft's flat Fluent Emoji. */
  readonly set?: "noto" | "fluent";
}

const OPTIONS = { ...EMOJI_OPTIONS, set: /* @__PURE__ */ choice(["noto", "fluent"], { default: "noto" }) };

/**
 * Emoji in colour with their categories as labels: 3,727 of Noto or 3,139 of Fluent, of any size.
 *
 * Needs the optional packages `@iconify-json/noto` or `@iconify-json/fluent-emoji-flat`, and `@resvg/resvg-js`. What was drawn is kept
 * with its SHA-256 in `cache` for later runs.
 *
 * **Shapes** `x` float32 `[batch, size, size, 3]` in [0, 1]; `label` int32 `[batch]`, the category in `info.classNames`; `name` int32
 * `[batch]`, the place in `info.names`.
 *
 * **Source** Google, "Noto Emoji", Apache-2.0. https://github.com/googlefonts/noto-emoji. Microsoft, "Fluent Emoji", MIT.
 * https://github.com/microsoft/fluentui-emoji
 *
 * @throws ConfigError when an option cannot work; UnsupportedError when a package is missing, with the line that installs it;
 *   DataError when pictures cannot be kept.
 * @example
 * ```ts no-run
 * import { emoji } from "@latentkit/data";
 * const faces = await emoji({ set: "fluent", size: 32, categories: ["Smileys & Emotion"] });
 * console.log(faces.size, faces.info.names[0]);
 * ```
 */
export async function emoji(options: EmojiOptions = {}): Promise<ArrayDataset<EmojiBatch, EmojiInfo>> {
  const settings = resolveOptions("emoji", OPTIONS, options);
  const { set, size, modules, cache = files.cacheFolder(), signal, background } = settings;
  const icons = await loadIcons("emoji", set, modules?.[set]);
  const names = chooseNames("emoji", icons, settings);
  const drawing = { size, background, cache, resvg: modules?.resvg, signal };
  const x = await drawIcons("emoji", icons, names, drawing);
  const { fields, info } = labelled(names, icons.categories);
  return store<EmojiBatch, EmojiInfo>("emoji", { x: picture(x, size), ...fields }, info);
}

/**
 * The 1,559 emoji that Noto and Fluent both have, each in both styles: for translation from one style into the other.
 *
 * Needs what {@link emoji} needs, of both sets.
 *
 * **Shapes** `noto` and `fluent` float32 `[batch, size, size, 3]` in [0, 1]; `label` and `name` int32 `[batch]` as in {@link emoji}.
 *
 * @throws ConfigError, UnsupportedError and DataError as {@link emoji} does.
 * @example
 * ```ts no-run
 * import { emojiPairs } from "@latentkit/data";
 * const [train, test] = (await emojiPairs({ size: 64 })).split([0.9, 0.1], 1);
 * console.log(train.size, test.size);
 * ```
 */
export async function emojiPairs(options: EmojiPairsOptions = {}): Promise<ArrayDataset<EmojiPairsBatch, EmojiInfo>> {
  const owner = "emojiPairs";
  const settings = resolveOptions(owner, EMOJI_OPTIONS, options);
  const { size, modules, cache = files.cacheFolder(), signal, background } = settings;
  const noto = await loadIcons(owner, "noto", modules?.noto);
  const fluent = await loadIcons(owner, "fluent", modules?.fluent);
  const both = noto.names.filter((name) => fluent.categories.has(name));
  const categories = new Map(both.map((name) => [name, noto.categories.get(name)!]));
  const names = chooseNames(owner, { names: both, categories }, settings);
  const drawing = { size, background, cache, resvg: modules?.resvg, signal };
  const [first, second] = [
    await drawIcons(owner, noto, names, drawing),
    await drawIcons(owner, fluent, names, drawing),
  ];
  const { fields, info } = labelled(names, categories);
  const stored = { noto: picture(first, size), fluent: picture(second, size), ...fields };
  return store<EmojiPairsBatch, EmojiInfo>(owner, stored, info);
}

const picture = (values: Uint8Array, size: number) =>
  ({ values, shape: [size, size, 3], dtype: "float32", scale: 1 / 255 }) as const;

/** The fields that say what is shown, and what their numbers stand for. */
function labelled(names: readonly string[], categories: ReadonlyMap<string, string>) {
  const classNames = [...new Set(categories.values())].sort();
  const numbers = { shape: [], dtype: "int32", scale: 1 } as const;
  const label = Int32Array.from(names, (name) => classNames.indexOf(categories.get(name)!));
  const name = Int32Array.from(names, (_, i) => i);
  return {
    fields: { label: { values: label, ...numbers }, name: { values: name, ...numbers } },
    info: { classNames, names },
  };
}
