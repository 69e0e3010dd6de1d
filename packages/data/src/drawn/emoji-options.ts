import { integer, listOf, type Option, optional, text } from "@latentkit/core/authoring";
import { abortSignal, record } from "../internal/options.js";
import type { IconsModule } from "./icon-set.js";
import type { ResvgModule } from "./rasterize.js";

/** Modules that drawing needs, for programs whose imports are bundled. */
export interface EmojiModules {
  /** `@iconify-json/noto`. */
  readonly noto?: IconsModule;
  /** `@iconify-json/fluent-emoji-flat`. */
  readonly fluent?: IconsModule;
  /** `@resvg/resvg-wasm` after its `initWasm`. */
  readonly resvg?: ResvgModule;
}

/** Options of {@link emojiPairs}, and of {@link emoji} beside the set. */
export interface EmojiPairsOptions {
  /** Side of a picture in pixels. Default 32. */
  readonly size?: number;
  /** The emoji to draw, in this order, such as `["grinning-face"]`. Default all, sorted by name. */
  readonly names?: readonly string[];
  /** Categories to draw, such as `["Smileys & Emotion"]`. Default all. */
  readonly categories?: readonly string[];
  /** Colour behind the emoji, `#rrggbb`. Default #ffffff. */
  readonly background?: string;
  /** Folder that drawn pictures are kept in. Default `latentkit` in the user's cache folder. */
  readonly cache?: string;
  /** The packages, where they cannot be imported by name: in bundled browser programs. Default imported by name. */
  readonly modules?: EmojiModules;
  /** Ends drawing, between two pictures. */
  readonly signal?: AbortSignal;
}

/** What is known of a dataset of emoji. */
export interface EmojiInfo {
  /** Category that each number in `label` stands for. */
  readonly classNames: readonly string[];
  /** Name that each number in `name` stands for. */
  readonly names: readonly string[];
}

/** The options that both functions have. */
type EmojiSettings = {
  readonly size: Option<number, "defaulted">;
  readonly names: Option<readonly string[], "optional">;
  readonly categories: Option<readonly string[], "optional">;
  readonly background: Option<string, "defaulted">;
  readonly cache: Option<string, "optional">;
  readonly modules: Option<EmojiModules, "optional">;
  readonly signal: Option<AbortSignal, "optional">;
};

export const EMOJI_OPTIONS: EmojiSettings = {
  size: integer({ min: 4, max: 1024, default: 32 }),
  names: optional(listOf(text(), { minLength: 1 })),
  categories: optional(listOf(text(), { minLength: 1 })),
  background: text({
    pattern: /^#[0-9a-f]{6}$/i,
    expected: "a colour, #rrggbb",
    default: "#ffffff",
  }),
  cache: optional(text()),
  modules: optional(record<EmojiModules>("modules, such as { noto, resvg }")),
  signal: optional(abortSignal),
};
