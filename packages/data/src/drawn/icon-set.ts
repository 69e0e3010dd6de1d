import { ConfigError, DataError } from "@latentkit/core";
import { breather } from "../internal/breath.js";
import { keptBytes } from "./kept-bytes.js";
import { optionalModule } from "./optional-module.js";
import { loadRasterizer, type ResvgModule } from "./rasterize.js";

/** A package of Iconify: `@iconify-json/noto` or `@iconify-json/fluent-emoji-flat`. */
export interface IconsModule {
  readonly icons: {
    readonly icons: Readonly<
      Record<
        string,
        {
          readonly body: string;
          readonly hidden?: boolean;
          readonly left?: number;
          readonly top?: number;
          readonly width?: number;
          readonly height?: number;
        }
      >
    >;
    readonly width?: number;
    readonly height?: number;
    readonly lastModified?: number;
  };
  readonly metadata: { readonly categories?: Readonly<Record<string, readonly string[]>> };
}

/** A set of emoji, ready to draw. */
export interface IconSet {
  /** Names of all that can be drawn, sorted. */
  readonly names: readonly string[];
  /** The category of each name. */
  readonly categories: ReadonlyMap<string, string>;
  readonly module: IconsModule;
  readonly package: string;
}

/** How pictures are drawn. */
export interface IconDrawing {
  readonly size: number;
  readonly background: string;
  readonly cache: string;
  readonly resvg: ResvgModule | undefined;
  readonly signal: AbortSignal | undefined;
}

const PACKAGES = { noto: "@iconify-json/noto", fluent: "@iconify-json/fluent-emoji-flat" } as const;

/** Noto's drawings with a shape outside of the picture, at which resvg 2.6.2 ends the whole process. */
const UNDRAWABLE: readonly string[] = ["package", "rainbow-flag"];

/** Loads one of the two sets. */
export async function loadIcons(
  owner: string,
  set: keyof typeof PACKAGES,
  given: IconsModule | undefined,
): Promise<IconSet> {
  const module = await optionalModule<IconsModule>(owner, PACKAGES[set], given);
  const drawn = module.icons?.icons;
  if (typeof drawn !== "object" || module.metadata?.categories === undefined) {
    throw new DataError(`${owner}: expected ${PACKAGES[set]} to hold icons and metadata, received another module.`);
  }
  const categories = new Map<string, string>();
  for (const [category, names] of Object.entries(module.metadata.categories)) {
    for (const name of names) {
      const broken = set === "noto" && UNDRAWABLE.includes(name);
      if (drawn[name] !== undefined && drawn[name].hidden !== true && !broken) categories.set(name, category);
    }
  }
  return { names: [...categories.keys()].sort(), categories, module, package: PACKAGES[set] };
}

/**
 * The names that are wanted: the listed ones in their order, or those of the listed categories, or all.
 *
 * @throws ConfigError for a name or a category that the set does not have.
 */
export function chooseNames(
  owner: string,
  { names: all, categories: of }: Pick<IconSet, "names" | "categories">,
  { names, categories }: Readonly<{ names?: readonly string[]; categories?: readonly string[] }>,
): readonly string[] {
  const refuse = (what: string, word: string, known: readonly string[]): never => {
    throw new ConfigError(`${owner}: expected \`${what}\` to be among ${known.join(", ")}, received '${word}'.`);
  };
  const known = [...new Set(of.values())].sort();
  for (const category of categories ?? []) if (!known.includes(category)) refuse("categories", category, known);
  for (const name of names ?? []) {
    const near = all.filter((one) => one[0] === name[0]);
    if (!of.has(name)) refuse("names", name, [...near.slice(0, 5), `… ${all.length} in all`]);
  }
  return (names ?? all).filter((name) => categories?.includes(of.get(name)!) ?? true);
}

/** Bytes `[names, size, size, 3]`, from an earlier run or drawn now. */
export function drawIcons(
  owner: string,
  { module, package: from }: IconSet,
  names: readonly string[],
  { size, background, cache, resvg, signal }: IconDrawing,
): Promise<Uint8Array> {
  const { icons, lastModified, width = 16, height = 16 } = module.icons;
  const each = size * size * 3;
  const key = [from, lastModified ?? 0, size, background, names];
  return keptBytes({ owner, cache, folder: "emoji", key, length: names.length * each }, async () => {
    const rasterize = await loadRasterizer(owner, resvg);
    const breathe = breather();
    const out = new Uint8Array(names.length * each);
    for (const [i, name] of names.entries()) {
      await breathe();
      signal?.throwIfAborted();
      const icon = { left: 0, top: 0, width, height, ...icons[name]! };
      const box = `width="${size}" height="${size}" viewBox="${icon.left} ${icon.top} ${icon.width} ${icon.height}"`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${box}>${icon.body}</svg>`;
      out.set(rasterize(svg, size, background), i * each);
    }
    return out;
  });
}
