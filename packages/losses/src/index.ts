export * from "./adversarial/index.js";
