import * as autoencoders from "@latentkit/autoencoders";
import * as autoregressive from "@latentkit/autoregressive";
import type { AnyFactory } from "@latentkit/core";
import * as gan from "@latentkit/gan";
import * as losses from "@latentkit/losses";
import * as vae from "@latentkit/vae";

/**
 * Every factory of the library: what the command line opens files with. A program names those that it expects. Whatever a family exports
 * that has a kind is one.
 */
export const KINDS: readonly AnyFactory[] = [autoencoders, autoregressive, gan, losses, vae].flatMap((family) =>
  Object.values<unknown>({ ...family }).filter(isFactory),
);

function isFactory(value: unknown): value is AnyFactory {
  return typeof value === "function" && typeof (value as Partial<AnyFactory>).kind === "string";
}
