export * from "./iwae.js";
export * from "./save-vae.js";
export type * from "./types.js";
export * from "./vae.js";
