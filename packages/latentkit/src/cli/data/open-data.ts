import { stat } from "node:fs/promises";
import type { DataBatch } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import {
  type ArrayDataset,
  fashionMnist,
  fromCsv,
  fromIdx,
  glyphs,
  grid,
  imageFolder,
  mnist,
  type PixelFacesOptions,
  pixelFaces,
  ring,
  shapes,
  sines,
  standardize,
  swissRoll,
} from "@latentkit/data";
import { integerOption, type OptionSpec, UsageError, type Values } from "../command.js";

/** What a run learns from, and what networks have to know of it. */
export interface OpenedData {
  readonly data: ArrayDataset<DataBatch>;
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Number of classes of the field `label`, where there is one. */
  readonly classes?: number;
  /** Whether values lie in [0, 1], as those of pictures do. */
  readonly unit: boolean;
  /** What was opened, in words. */
  readonly words: string;
}

type Split = "train" | "test";

const NAMED = {
  glyphs: (seed: number, split: Split) => glyphs({ seed, split }),
  mnist: (_: number, split: Split) => mnist({ split }),
  "fashion-mnist": (_: number, split: Split) => fashionMnist({ split }),
  shapes: (seed: number, _: Split, size?: number) => shapes({ seed, ...(size && { size }) }),
  // Another size is refused by name.
  "pixel-faces": (seed: number, _: Split, size?: number) =>
    pixelFaces({ seed, ...(size && { size: size as NonNullable<PixelFacesOptions["size"]> }) }),
  ring: (seed: number) => ring({ seed }),
  grid: (seed: number) => grid({ seed }),
  "swiss-roll": (seed: number) => swissRoll({ seed }),
  sines: (seed: number) => sines({ seed }),
} as const satisfies Record<string, (seed: number, split: Split, size?: number) => unknown>;
const NAMES = Object.keys(NAMED);

/** Options of commands that read data. */
export const dataOptions: Readonly<Record<string, OptionSpec>> = {
  data: {
    type: "string",
    value: "what",
    help: `${NAMES.join(", ")}, a folder of pictures, a .csv file, or images as .idx; default glyphs`,
  },
  size: {
    type: "string",
    value: "n",
    help: "Side that pictures of a folder are brought to, or that shapes and faces are drawn with",
  },
  label: { type: "string", value: "name", help: "Column with the classes of a .csv file, or the labels' .idx file" },
  missing: { type: "string", value: "how", help: "Rows of a .csv file with missing cells: refuse, skip, mean" },
};

/** Refuses a `--data` that names nothing, before anything is started. */
export async function checkData(values: Values): Promise<void> {
  const what = dataWord(values);
  if (Object.hasOwn(NAMED, what) || (await found(what))) return;
  throw new UsageError(`expected --data to be one of ${NAMES.join(", ")}, a folder or a file, received '${what}'`);
}

const dataWord = ({ data }: Values): string => (typeof data === "string" ? data : "glyphs");

const found = (path: string) => stat(path).catch(() => undefined);

/**
 * Opens what `--data` names.
 *
 * @param split - The test images where the data have some.
 */
export async function openData(values: Values, seed: number, split: Split = "train"): Promise<OpenedData> {
  await checkData(values);
  const what = dataWord(values);
  const size = values.size === undefined ? undefined : integerOption(values, "size", 0, 1);
  if (Object.hasOwn(NAMED, what)) {
    const data = (await NAMED[what as keyof typeof NAMED](seed, split, size)) as ArrayDataset<DataBatch>;
    return described(data, what, "label" in data.fields ? labelsOf(data) : undefined);
  }
  if ((await found(what))?.isDirectory()) {
    const data = await imageFolder(what, {
      cache: files.cacheFolder(),
      ...(size && { resize: [size, size] as const }),
    });
    return described(data as ArrayDataset<DataBatch>, `pictures of ${what}`, data.info.classNames.length);
  }
  if (/\.(csv|tsv)$/i.test(what)) return table(what, values);
  if (/idx\d?(-ubyte)?(\.gz)?$/i.test(what)) {
    if (typeof values.label !== "string") throw new UsageError("expected --label, the file of the labels");
    const data = await fromIdx({ images: what, labels: values.label });
    return described(data as ArrayDataset<DataBatch>, what, data.info.classNames.length);
  }
  throw new UsageError(`expected --data to be a folder, or a file that ends in .csv, .tsv or .idx, received '${what}'`);
}

async function table(path: string, { label, missing }: Values): Promise<OpenedData> {
  const read = await fromCsv(path, {
    ...(typeof label === "string" && { label }),
    // Checked by `fromCsv`, by its own name.
    ...(typeof missing === "string" && { missing: missing as "skip" }),
  });
  const data = read.map(await standardize(read)) as ArrayDataset<DataBatch>;
  const words = `${path}: ${read.info.columns.length} values, each brought to mean 0 and deviation 1`;
  return described(data, words, label === undefined ? undefined : read.info.classNames.length);
}

function labelsOf(data: ArrayDataset<DataBatch>): number {
  let most = 0;
  for (const one of data.values("label")) most = Math.max(most, one);
  return most + 1;
}

function described(data: ArrayDataset<DataBatch>, what: string, classes: number | undefined): OpenedData {
  const { shape } = data.fields.x!;
  return {
    data,
    shape,
    ...(classes !== undefined && classes > 0 && { classes }),
    unit: shape.length === 3,
    words: `${what}, ${data.size.toLocaleString("en")} examples of shape [${shape.join(", ")}]`,
  };
}
