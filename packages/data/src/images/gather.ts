import { DataError } from "@latentkit/core";
import type { DecodedPicture } from "@latentkit/core/pictures";
import { breather } from "../internal/breath.js";
import { fitted } from "./fitted.js";
import type { ImageSettings } from "./options.js";
import { withChannels } from "./picture.js";
import { mirrored } from "./turn.js";

/** A picture that is still to be read. */
export interface Unread {
  /** What messages call it. */
  readonly name: string;
  readonly label: number;
  /** Reads and decodes it. */
  readonly read: () => Promise<DecodedPicture>;
}

/** All pictures of a dataset, in bytes. */
export interface Gathered {
  readonly x: Uint8Array;
  /** `[height, width, channels]`. */
  readonly shape: readonly number[];
  readonly labels: readonly number[];
  /** Why each picture that was left out could not be read. */
  readonly skipped: readonly string[];
}

/** Pictures that are read and decoded at a time: what decodes natively uses as many threads. */
const AT_ONCE = 8;

/**
 * Reads pictures, several at a time, into one array: never more than a few are in memory as they were decoded.
 *
 * @param unreadable - Messages of what was found to be no picture before.
 * @throws DataError when one cannot be read and is not to be skipped, none is left, or sizes differ.
 */
export async function gather(
  owner: string,
  pictures: readonly Unread[],
  settings: ImageSettings,
  unreadable: readonly string[],
): Promise<Gathered> {
  const { channels, background, skipUnreadable, signal, flip } = settings;
  const skipped = [...unreadable];
  const labels: number[] = [];
  const depth = channels ?? 3;
  let first: { name: string; width: number; height: number } | undefined;
  let x = new Uint8Array(0);
  let grey = true;
  const add = (picture: DecodedPicture, label: number): void => {
    const size = picture.width * picture.height * depth;
    if (labels.length === 0) x = room(owner, size * pictures.length * (flip ? 2 : 1));
    x.set(withChannels(picture, depth, background).data, labels.length * size);
    labels.push(label);
  };
  const breathe = breather();
  for await (const { picture, error, from } of inOrder(pictures, settings)) {
    await breathe();
    signal?.throwIfAborted();
    if (picture === undefined) {
      if (!skipUnreadable || !(error instanceof DataError)) throw error;
      skipped.push(error.message);
      continue;
    }
    const { width, height } = picture;
    first ??= { name: from.name, width, height };
    if (width !== first.width || height !== first.height) {
      throw new DataError(
        `${owner}: expected all pictures to have one size, received ${first.height}×${first.width} for ${first.name} and ${height}×${width} for ${from.name}; pass resize: [height, width].`,
      );
    }
    grey &&= picture.channels === 1;
    add(picture, from.label);
    if (flip) add(mirrored(picture), from.label);
  }
  if (first === undefined) throw refusal(owner, skipped);
  const { width, height } = first;
  x = x.subarray(0, labels.length * width * height * depth);
  if (channels !== undefined || !grey) return { x, shape: [height, width, depth], labels, skipped };
  return { x: x.filter((_, i) => i % 3 === 0), shape: [height, width, 1], labels, skipped };
}

/** The error for pictures that cannot be read. */
export function refusal(owner: string, messages: readonly string[]): DataError {
  const shown = messages.slice(0, 5).join("\n");
  const more = messages.length > 5 ? `\nand ${messages.length - 5} more` : "";
  return new DataError(
    `${owner}: expected PNG, JPEG, WebP and GIF files only, received ${messages.length} pictures that cannot be read; convert them, or pass skipUnreadable: true to go on without them.\n${shown}${more}`,
  );
}

interface Outcome {
  readonly from: Unread;
  readonly picture?: DecodedPicture;
  readonly error?: unknown;
}

/** What became of each picture, in their order, while the next ones are read already. */
async function* inOrder(pictures: readonly Unread[], settings: ImageSettings): AsyncGenerator<Outcome> {
  const started: Promise<Outcome>[] = [];
  let next = 0;
  for (;;) {
    while (started.length < AT_ONCE && next < pictures.length && settings.signal?.aborted !== true) {
      const from = pictures[next++]!;
      started.push(
        from.read().then(
          (decoded) => shaped(from, decoded, settings),
          (error: unknown) => ({ from, error }),
        ),
      );
    }
    const outcome = started.shift();
    settings.signal?.throwIfAborted();
    if (outcome === undefined) return;
    yield await outcome;
  }
}

function shaped(from: Unread, decoded: DecodedPicture, settings: ImageSettings): Outcome {
  try {
    return { from, picture: fitted(from.name, decoded, settings) };
  } catch (error) {
    return { from, error };
  }
}

function room(owner: string, bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new DataError(
      `${owner}: expected room for ${bytes} bytes of pictures, received none; pass a smaller resize: [height, width], or fewer pictures.`,
      { cause },
    );
  }
}
