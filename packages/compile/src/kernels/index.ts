import { convolution } from "./convolution.js";
import { elementwise } from "./elementwise.js";
import { matrix } from "./matrix.js";
import { normalization } from "./normalization.js";
import { pooling } from "./pooling.js";
import { rearranging } from "./rearranging.js";
import { reductions } from "./reductions.js";
import { resizing } from "./resizing.js";
import { shaping } from "./shaping.js";
import type { Lowerings } from "./types.js";

/** Every kernel that can be recorded. */
export const lowerings: Lowerings = {
  ...convolution,
  ...elementwise,
  ...matrix,
  ...normalization,
  ...pooling,
  ...rearranging,
  ...reductions,
  ...resizing,
  ...shaping,
};
