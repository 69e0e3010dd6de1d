import type { Gathered } from "./gather.js";

/** Pictures and what is known of them as one run of bytes: the length of a text, the text, the pictures. */
export function pack({ x, ...rest }: Gathered): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(rest));
  const bytes = new Uint8Array(4 + text.length + x.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  bytes.set(x, 4 + text.length);
  return bytes;
}

/** What {@link pack} put together; the pictures share its memory. */
export function unpack(bytes: Uint8Array): Gathered {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return { ...(JSON.parse(text) as Omit<Gathered, "x">), x: bytes.subarray(4 + length) };
}
