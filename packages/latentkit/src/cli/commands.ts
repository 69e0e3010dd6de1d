import type { Command } from "./command.js";
import { info } from "./commands/info.js";
import { inspect } from "./commands/inspect.js";

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = [info, inspect];
