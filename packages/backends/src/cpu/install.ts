import { replacePooling } from "./pooling.js";
import { replaceProducts } from "./products.js";
import { replaceResizeGradients } from "./resize-gradient.js";
import { replaceValues } from "./values.js";
import { replaceTransform } from "./warps.js";

/** Puts right kernels in the place of those of the JavaScript backend that are wrong. */
export function mendCpu(): void {
  replaceResizeGradients();
  replacePooling();
  replaceProducts();
  replaceValues();
  replaceTransform();
}
