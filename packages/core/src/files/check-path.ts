import { check } from "../check.js";

/**
 * Refuses what is no path of a file or folder.
 *
 * @param owner - The function that asks; the first word of the message.
 * @throws ConfigError.
 */
export function checkPath(owner: string, path: unknown): asserts path is string {
  check(owner).that("path", path, typeof path === "string" && path !== "", "a path or an address");
}
