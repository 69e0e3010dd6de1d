import { DataError } from "../errors.js";
import { printable } from "../printable.js";
import type { ReadOptions } from "./types.js";

/** Bytes that an address may answer with unless told: 1 GiB. */
const MAX_BYTES = 2 ** 30;
/** Milliseconds that a whole download may take unless told: a quarter of an hour. */
const TIME_LIMIT = 900_000;
/** Milliseconds of silence after which a connection counts as dead. */
const SILENCE = 60_000;

/** True for addresses that `fetch` understands. */
export function isUrl(text: string): boolean {
  return /^(https?|blob|data):/.test(text);
}

/** Joins parts of an address, where a path's rules would turn `https://` into `https:/`. */
export function joinUrl(parts: readonly string[]): string {
  return parts.join("/").replace(/([^:])\/{2,}/g, "$1/");
}

/**
 * The bytes behind an address. The answer is read piece by piece and given up as soon as it is longer than allowed, whatever
 * its header says, slower than allowed, or silent for a minute.
 *
 * @throws DataError for an address that cannot be reached, answers with an error, is too long or too slow, or is neither
 *   https nor this machine's own.
 */
export async function fetchBytes(url: string, options: ReadOptions = {}): Promise<Uint8Array> {
  const { maxBytes = MAX_BYTES, timeLimit = TIME_LIMIT, signal, allowHttp = false } = options;
  const shown = printable(url, 200);
  const refuseHttp = (address: string): void => {
    if (allowHttp || isSafe(address)) return;
    throw new DataError(
      `readBytes: ${printable(address, 200)} is plain http, which anyone on the way can change; use https, or pass \`allowHttp: true\`.`,
    );
  };
  refuseHttp(url);
  const stop = new AbortController();
  const give =
    (why: string): (() => void) =>
    () =>
      stop.abort(new DataError(`readBytes: ${shown} ${why}.`));
  const whole = setTimeout(give(`took longer than ${timeLimit / 1000} s; pass a longer \`timeLimit\` (ms)`), timeLimit);
  const silent = give(`sent nothing for ${SILENCE / 1000} s; try again`);
  let silence = setTimeout(silent, SILENCE);
  const cancel = (): void => stop.abort(new DataError(`readBytes: reading ${shown} was stopped by its signal.`));
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const tooLong = (bytes: number): DataError =>
    new DataError(
      `readBytes: ${shown} has ${bytes} bytes or more, expected at most ${maxBytes}; pass a larger \`maxBytes\` if that is right.`,
    );
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (response.url !== "") refuseHttp(response.url); // where redirections led
    if (!response.ok) throw new DataError(`readBytes: ${shown} answered ${response.status} ${response.statusText}.`);
    const claimed = Number(response.headers.get("content-length") ?? 0);
    if (claimed > maxBytes) throw tooLong(claimed);
    const parts: Uint8Array[] = [];
    let size = 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      clearTimeout(silence);
      silence = setTimeout(silent, SILENCE);
      size += part.value.length;
      if (size > maxBytes) throw tooLong(size);
      parts.push(part.value);
    }
    return joined(parts, size);
  } catch (cause) {
    if (stop.signal.aborted) throw stop.signal.reason;
    // Ends the connection, so that no more is sent of what is not wanted.
    stop.abort();
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      `readBytes: could not reach ${shown}, or the connection broke; check the network and the address.`,
      {
        cause,
      },
    );
  } finally {
    clearTimeout(whole);
    clearTimeout(silence);
    signal?.removeEventListener("abort", cancel);
  }
}

/** Whether nobody between here and there can change what an address answers: https, this machine, the page's own origin. */
function isSafe(address: string): boolean {
  const { protocol, hostname, origin } = new URL(address);
  if (protocol !== "http:") return true;
  const own = hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]";
  return own || /^127\.\d+\.\d+\.\d+$/.test(hostname) || origin === globalThis.location?.origin;
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
