export { MAX_PIXELS, type ReadPngOptions, readPng } from "./read-png.js";
export type { DecodedPicture } from "./types.js";
