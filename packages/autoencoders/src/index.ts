export * from "./autoencoder.js";
export * from "./save-autoencoder.js";
