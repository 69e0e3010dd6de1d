import { COMMANDS } from "../src/cli/commands.js";
import { runCommandLine } from "../src/cli/run.js";

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `latentkit` with these arguments in this process. */
export async function latentkit(...args: string[]): Promise<Outcome> {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await runCommandLine(args, COMMANDS, {
    out: (line) => out.push(line),
    error: (line) => error.push(line),
  });
  return { code, out: out.join("\n"), error: error.join("\n") };
}
