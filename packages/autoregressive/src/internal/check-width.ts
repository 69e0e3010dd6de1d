import { ConfigError } from "@latentkit/core";

/** Refuses a number of channels that colours and halves cannot share. */
export function checkWidth(owner: string, name: string, width: number, multiple: number): void {
  if (width % multiple === 0) return;
  throw new ConfigError(
    `${owner}: expected \`${name}\` to be a multiple of ${multiple}, which the channels of \`inputShape\` share, received ${width}.`,
  );
}
