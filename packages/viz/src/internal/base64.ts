/** Base64 of bytes, in Node.js and in browsers: pieces keep the arguments of one call below every engine's limit. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

/** Base64 of a text's UTF-8 bytes. */
export function textToBase64(text: string): string {
  return toBase64(new TextEncoder().encode(text));
}

/** The bytes that a base64 text stands for. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
