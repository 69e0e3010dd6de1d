import type { Command } from "./command.js";
import { evaluate } from "./commands/evaluate.js";
import { exportCommand } from "./commands/export.js";
import { info } from "./commands/info.js";
import { inspect } from "./commands/inspect.js";
import { interpolate } from "./commands/interpolate.js";
import { reconstruct } from "./commands/reconstruct.js";
import { sample } from "./commands/sample.js";
import { train } from "./commands/train.js";
import { traverse } from "./commands/traverse.js";

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = [
  ...[info, inspect, train, sample, reconstruct, interpolate, traverse, evaluate, exportCommand],
];
