import { ConfigError } from "@latentkit/core";
import { check, sizeOf } from "@latentkit/core/authoring";
import type { Picture } from "../picture/picture.js";

/**
 * Refuses what is no picture, with the mend for what is usually meant.
 *
 * @throws ConfigError
 */
export function checkPicture(owner: string, picture: Picture): void {
  if ((picture as unknown) instanceof Promise) {
    throw new ConfigError(`${owner}: expected a picture, received a promise of one; await it.`);
  }
  const { width, height, channels, data } = (picture ?? {}) as Partial<Picture>;
  const fits =
    data instanceof Uint8Array &&
    [width, height].every((side) => Number.isSafeInteger(side) && side! > 0) &&
    (channels === 1 || channels === 3) &&
    data.length === sizeOf([width!, height!, channels]);
  check(owner).that(
    "picture",
    picture,
    fits,
    "a picture such as imageGrid gives: width, height, channels 1 or 3, data",
  );
}
