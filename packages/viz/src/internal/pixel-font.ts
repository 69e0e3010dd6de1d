/** Width and height of a glyph in pixels, the two rows below the line included. */
const [WIDTH, HEIGHT] = [5, 9];

/** Pixels from one glyph to the next. */
const ADVANCE = WIDTH + 1;

/** Glyphs of the characters from U+0020 to U+007E: 45 bits each, row after row from the top left, as twelve digits. */
const GLYPHS: string =
  "0000000000000421084010000a52800000000a57d5f52800047d1c5f100018c888898c000c9511593400042200000000022210820800" +
  "08208422200000255d52000000213e42000000000006308800003e0000000000000630000008888800000e8ceb98b800046108423800" +
  "0e8844447c001f110418b8000232a5f108001f878218b80006443d18b8001f08888420000e8c5d18b8000e8c5e113000006300c60000" +
  "0003180630880222208208000007c1f000000820822220000e88444010000e885b5ab8000e8c63f8c4001e8c7d18f8000e8c2108b800" +
  "1c94631970001f843d087c001f843d0840000e8c2f18bc00118c7f18c4000e2108423800071084293000119531494400108421087c00" +
  "11dd6b18c400118e6b38c4000e8c6318b8001e8c7d0840000e8c635934001e8c7d4944000f841c10f8001f2108421000118c6318b800" +
  "118c63151000118c6b5aa800118a88a8c400118c544210001f0888887c000e42108438000082082080000e1084213800045440000000" +
  "0000000003e0082080000000000382f8bc001085b318f8000003a108b800010b6718bc000003a3f83800064a388420000003e319b42e" +
  "1085b318c400040308423800020184210a4c1084a98a48000c21084238000006ab58c4000005b318c4000003a318b8000005b31cda10" +
  "00036719b4210005b30840000003a0e0f80008471084980000046319b4000004631510000004635aa80000045445440000046319b42e" +
  "0007c4447c0002211042080004210842100008210442200000022a200000";

/** Height of a line of text in pixels. */
export function textHeight(scale: number): number {
  return HEIGHT * scale;
}

/** Width of a line of text in pixels. */
export function textWidth(text: string, scale: number): number {
  const length = [...text].length;
  return length === 0 ? 0 : (length * ADVANCE - 1) * scale;
}

/** The longest beginning of a text that fits a width, marked by two dots when something is missing. */
export function shortenText(text: string, scale: number, width: number): string {
  if (textWidth(text, scale) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}..`, scale) > width) characters.pop();
  return characters.length === 0 ? "" : `${characters.join("")}..`;
}

/**
 * Draws a line of text in a small font of our own, so that sheets have labels on machines without fonts. Minus signs and
 * dashes become hyphens, other characters outside printable ASCII question marks.
 *
 * @param plot - Called for each pixel, relative to the top left corner.
 */
export function drawText(text: string, scale: number, plot: (x: number, y: number) => void): void {
  let left = 0;
  for (const character of text) {
    const bits = glyph(character);
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      if (bits[i] !== "1") continue;
      const [x, y] = [left + (i % WIDTH) * scale, Math.floor(i / WIDTH) * scale];
      for (let dy = 0; dy < scale; dy++) for (let dx = 0; dx < scale; dx++) plot(x + dx, y + dy);
    }
    left += ADVANCE * scale;
  }
}

function glyph(character: string): string {
  const code = (/[−–]/.test(character) ? "-" : character).charCodeAt(0);
  const index = (code >= 32 && code <= 126 ? code : 63) - 32;
  const digits = GLYPHS.slice(index * 12, (index + 1) * 12);
  return Number.parseInt(digits, 16)
    .toString(2)
    .padStart(WIDTH * HEIGHT, "0");
}
