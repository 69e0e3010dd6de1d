export * from "./gan/index.js";
