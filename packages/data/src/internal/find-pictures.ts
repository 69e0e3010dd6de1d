import { DataError, UnsupportedError } from "@latentkit/core";
import { type FolderEntry, files } from "@latentkit/core/files";

/** A picture and its class. */
export interface Entry {
  readonly path: string;
  readonly label: number;
}

/** The pictures of a folder. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly classNames: readonly string[];
  /** What is named like a picture and cannot be read: other formats, pipes, links that lead nowhere. */
  readonly unreadable: readonly string[];
}

/** Deeper folders are taken for a link that leads back to a folder above. */
const DEEPEST = 32;

/** Names of picture files in formats that are read here. */
const READ = /\.(png|jpe?g|jfif|webp|gif)$/i;

/** Names of picture files in formats that are not. */
const OTHERS = /\.(bmp|tiff?|avif|heic|heif|jxl|jp2|ppm|pgm|tga|svg)$/i;

/**
 * Finds the picture files of a folder. Every subfolder is a class, with pictures or without, so that numbers mean the same in a training
 * and a test folder.
 *
 * @param wanted - The classes, when they are given; subfolders of other names are refused.
 * @throws DataError when there is none, or pictures lie both beside and in the subfolders; UnsupportedError in a browser.
 */
export async function findPictures(folder: string, wanted: readonly string[] | undefined): Promise<Found> {
  const visible = await list(folder);
  const loose = sorted(folder, visible);
  const subfolders = visible.filter(({ kind }) => kind === "folder").map(({ name }) => name);
  const classNames = wanted ?? subfolders;
  const entries: Entry[] = [];
  const unreadable = [...loose.unreadable];
  for (const name of subfolders) {
    const below = await picturesBelow(files.join(folder, name), 1);
    const label = classNames.indexOf(name);
    if (label < 0 && below.pictures.length + below.unreadable.length > 0) {
      throw new DataError(
        `imageFolder: expected the folders of ${folder} to be named ${classNames.join(", ")}, as \`classNames\` says, received ${name}.`,
      );
    }
    for (const path of below.pictures) entries.push({ path, label });
    for (const path of below.unreadable) unreadable.push(path);
  }
  const looseCount = loose.pictures.length + loose.unreadable.length;
  if (looseCount > 0 && (entries.length > 0 || unreadable.length > looseCount || wanted !== undefined)) {
    const first = loose.pictures[0] ?? loose.unreadable[0];
    throw new DataError(
      `imageFolder: expected pictures either in ${folder} or in its subfolders, one a class, received both; move ${first} into a subfolder.`,
    );
  }
  if (looseCount > 0) {
    return { entries: loose.pictures.map((path) => ({ path, label: 0 })), classNames: ["."], unreadable };
  }
  if (entries.length > 0 || unreadable.length > 0) return { entries, classNames, unreadable };
  const names = visible.map(({ name }) => name).slice(0, 5);
  const found = names.length > 0 ? `received ${names.join(", ")}` : "received an empty or missing folder";
  throw new DataError(
    `imageFolder: expected PNG, JPEG, WebP or GIF files in ${folder} or its subfolders, ${found}; convert other formats first.`,
  );
}

interface Sorted {
  readonly pictures: string[];
  readonly unreadable: string[];
}

function sorted(folder: string, entries: readonly FolderEntry[]): Sorted {
  const found: Sorted = { pictures: [], unreadable: [] };
  for (const { name, kind } of entries) {
    const readable = READ.test(name);
    if (kind === "folder" || (!readable && !OTHERS.test(name))) continue;
    found[readable && kind === "file" ? "pictures" : "unreadable"].push(files.join(folder, name));
  }
  return found;
}

async function picturesBelow(folder: string, depth: number): Promise<Sorted> {
  if (depth > DEEPEST) {
    throw new DataError(
      `imageFolder: expected folders within folders at most ${DEEPEST} deep, received ${folder}; does a link lead back to a folder above it?`,
    );
  }
  const entries = await list(folder);
  const found = sorted(folder, entries);
  for (const { name, kind } of entries) {
    if (kind !== "folder") continue;
    const below = await picturesBelow(files.join(folder, name), depth + 1);
    for (const path of below.pictures) found.pictures.push(path);
    for (const path of below.unreadable) found.unreadable.push(path);
  }
  return found;
}

/** What is in a folder and not hidden. */
async function list(folder: string): Promise<FolderEntry[]> {
  try {
    return (await files.folderEntries(folder)).filter(({ name }) => !name.startsWith("."));
  } catch (cause) {
    if (!(cause instanceof UnsupportedError)) throw cause;
    const mend = "use imageFiles with the files that a visitor chose, or fromArrays";
    throw new UnsupportedError(`imageFolder: a browser has no folders; ${mend}.`, { cause });
  }
}
