/** Control characters, and those that turn or hide text: a terminal obeys them instead of showing them. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that came from a file or the network, fit for a message or a terminal: characters that a terminal would obey instead
 * of showing are written as `\u001b`, and what is longer than `longest` is cut.
 *
 * @example
 * ```ts
 * import { printable } from "@latentkit/core/authoring";
 * console.log(printable("name\u001b[2J")); // name\u001b[2J, and the screen is not cleared
 * ```
 */
export function printable(text: string, longest = 200): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return shown.replace(HIDDEN, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}
