/** True in Node.js and what behaves like it; false in browsers and their workers. */
export function inNode(): boolean {
  return typeof process !== "undefined" && process.versions?.node !== undefined;
}
