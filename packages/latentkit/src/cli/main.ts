#!/usr/bin/env node
import { COMMANDS } from "./commands.js";
import { runCommandLine } from "./run.js";

process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, { out: console.log, error: console.error });
