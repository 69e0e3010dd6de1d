import { check } from "./check.js";
import { UnsupportedError } from "./errors.js";

/**
 * The SHA-256 digest of bytes in hexadecimal digits, by the platform.
 *
 * @throws UnsupportedError on a page without `crypto.subtle`: one that came over plain http.
 * @example
 * ```ts
 * import { sha256 } from "@latentkit/core/authoring";
 * console.log(await sha256(new Uint8Array(0))); // e3b0c442…
 * ```
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  check("sha256").that("bytes", bytes, ArrayBuffer.isView(bytes), "bytes, a Uint8Array");
  if (globalThis.crypto?.subtle === undefined) {
    throw new UnsupportedError("sha256: this page has no crypto.subtle; serve it over https or from localhost.");
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
