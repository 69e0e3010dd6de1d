import type { Command } from "./command.js";
import { info } from "./commands/info.js";
import { inspect } from "./commands/inspect.js";
import { sample } from "./commands/sample.js";
import { train } from "./commands/train.js";

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = [info, inspect, train, sample];
