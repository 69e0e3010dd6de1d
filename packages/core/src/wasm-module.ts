import { check } from "./check.js";

/**
 * Compiles the first of some WebAssembly binaries that the engine has the instructions for, such as one with relaxed SIMD before one
 * with SIMD alone; nothing where it has none of them.
 *
 * @param binaries - Each as base64, so that bundlers carry them along.
 * @throws ConfigError for anything but texts.
 */
export async function compileFirst(binaries: readonly string[]): Promise<WebAssembly.Module | undefined> {
  const texts = Array.isArray(binaries) && binaries.every((base64) => typeof base64 === "string");
  check("compileFirst").that("binaries", binaries, texts, "binaries as base64 texts");
  for (const base64 of binaries) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    if (WebAssembly.validate(bytes)) return WebAssembly.compile(bytes);
  }
  return undefined;
}
