/** Values in JSON that is parsed: a million tensors. A megabyte of empty lists would take fifty of memory. */
const MOST_VALUES = 4_000_000;

/**
 * Parses JSON that a stranger may have written: how many values it can have is counted before memory is taken for them.
 *
 * @throws SyntaxError for what is no JSON, RangeError for too many values or levels.
 */
export function parseJson(text: string): unknown {
  let marks = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2c || code === 0x5b || code === 0x7b) marks++; // , [ {
  }
  if (marks > MOST_VALUES) throw new RangeError(`more than ${MOST_VALUES} values`);
  return JSON.parse(text);
}
