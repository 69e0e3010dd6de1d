import { UnsupportedError } from "@latentkit/core";

/** The SHA-256 digest of bytes in hexadecimal, by the platform. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new UnsupportedError(
      "sha256: this page has no crypto.subtle; serve it over https or from localhost, or load the files with fromIdx, which checks no digest.",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
