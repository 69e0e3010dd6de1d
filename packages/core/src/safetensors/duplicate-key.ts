/**
 * The first key that an object of a JSON text holds twice, or `undefined`. `JSON.parse` keeps the last silently, so that
 * two readers could see two different files.
 *
 * @param text - Valid JSON.
 */
export function duplicateKey(text: string): string | undefined {
  // One set of keys for each open object, `undefined` for each open array.
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "{") open.push(new Set());
    else if (char === "[") open.push(undefined);
    else if (char === "}" || char === "]") open.pop();
    if (char !== '"') continue;
    const end = endOfString(text, i);
    const keys = open.at(-1);
    if (keys !== undefined && text[afterSpace(text, end + 1)] === ":") {
      const key = JSON.parse(text.slice(i, end + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    i = end;
  }
  return undefined;
}

/** Index of the quote that closes the string opened at `begin`. */
function endOfString(text: string, begin: number): number {
  let i = begin + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}

/** Index of the first character from `begin` that is no white space. */
function afterSpace(text: string, begin: number): number {
  let i = begin;
  while (" \t\n\r".includes(text[i] ?? "x")) i++;
  return i;
}
