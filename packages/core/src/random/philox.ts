/**
 * The counter-based generator Philox 4×32 with 10 rounds: a fixed function from a 64-bit key and a 128-bit counter to
 * four 32-bit words, so that any draw can be made again without the draws before it.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011, section 3.3.
 * https://doi.org/10.1145/2063384.2063405
 *
 * @param out - Receives blocks of four words; the block number is counter word 0 and starts at `block`. A length that is
 *   no multiple of four uses the first words of the last block.
 * @param key0 - Key, low word.
 * @param key1 - Key, high word.
 * @param counter1 - Counter word 1, and so on.
 */
export function philox(
  out: Uint32Array,
  key0: number,
  key1: number,
  counter1: number,
  counter2: number,
  counter3: number,
  block = 0,
): void {
  const length = out.length;
  for (let offset = 0, counter0 = block; offset < length; offset += 4, counter0++) {
    let x0 = counter0 | 0;
    let x1 = counter1 | 0;
    let x2 = counter2 | 0;
    let x3 = counter3 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(x0, 0xd251, 0x1f53);
      const high1 = multiplyHigh(x2, 0xcd9e, 0x8d57);
      const low0 = Math.imul(x0, 0xd2511f53);
      const low1 = Math.imul(x2, 0xcd9e8d57);
      x0 = high1 ^ x1 ^ k0;
      x1 = low1;
      x2 = high0 ^ x3 ^ k1;
      x3 = low0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    out[offset] = x0;
    if (offset + 1 < length) out[offset + 1] = x1;
    if (offset + 2 < length) out[offset + 2] = x2;
    if (offset + 3 < length) out[offset + 3] = x3;
  }
}

/** The high 32 bits of a 32×32-bit product, from 16-bit halves: JavaScript has no such multiplication. */
function multiplyHigh(a: number, bHigh: number, bLow: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}
