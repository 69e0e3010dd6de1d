import { DataError } from "../errors.js";

/** True for addresses that `fetch` understands. */
export function isUrl(text: string): boolean {
  return /^(https?|blob|data):/.test(text);
}

/** Joins parts of an address, where a path's rules would turn `https://` into `https:/`. */
export function joinUrl(parts: readonly string[]): string {
  return parts.join("/").replace(/([^:])\/{2,}/g, "$1/");
}

/** The bytes behind an address. */
export async function fetchBytes(url: string): Promise<Uint8Array> {
  const shown = url.length > 200 ? `${url.slice(0, 200)}…` : url;
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new DataError(`readBytes: could not reach ${shown}; check the network and the address.`, { cause });
  }
  if (!response.ok) throw new DataError(`readBytes: ${shown} answered ${response.status} ${response.statusText}.`);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new DataError(`readBytes: the connection broke while reading ${shown}; try again.`, { cause });
  }
}
