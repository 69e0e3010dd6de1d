import { parseArgs } from "node:util";
import { LatentKitError } from "@latentkit/core";
import { checkOut } from "./check-out.js";
import { type Command, type Print, parserOptions, UsageError, type Values } from "./command.js";
import { commandHelp, overview } from "./help.js";
import { version } from "./version.js";

/** Where a command line writes. */
export interface Output {
  readonly out: Print;
  readonly error: Print;
}

/**
 * Runs a command line.
 *
 * @param args - What follows `latentkit`.
 * @returns The exit code: 0, 1 for a failure, 2 for a command line that makes no sense.
 */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  { out, error }: Output,
): Promise<number> {
  try {
    await dispatch(args, commands, out);
    return 0;
  } catch (failure) {
    if (failure instanceof UsageError) {
      error(`latentkit: ${failure.message}; see latentkit --help.`);
      return 2;
    }
    // A typed error says what to mend; anything else is a bug of ours, whose stack helps.
    error(failure instanceof LatentKitError ? `latentkit: ${failure.message}` : String((failure as Error).stack));
    return 1;
  }
}

async function dispatch(args: readonly string[], commands: readonly Command[], out: Print): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") return out(overview(commands));
  if (name === "--version" || name === "-v") return out(version());
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new UsageError(`unknown command '${name}'; there are ${commands.map((known) => known.name).join(", ")}`);
  }
  const [first] = rest;
  const further = first === undefined || first.startsWith("-") ? {} : (command.optionsOf?.(first) ?? {});
  const options = { ...command.options, ...further };
  const { values, positionals } = parse(rest, command.name, options);
  if (values.help) return out(commandHelp(command, options));
  if (positionals.length !== command.positionals.length) {
    const wanted = command.positionals.map((positional) => `<${positional}>`).join(" ") || "no argument";
    throw new UsageError(`${name}: expected ${wanted}, received ${positionals.join(" ") || "nothing"}`);
  }
  if (typeof values.out === "string") await checkOut(values.out, command.options.out?.value === "where");
  await command.run(positionals, values as Values, out);
}

function parse(args: string[], name: string, options: Command["options"]) {
  try {
    return parseArgs({ args, options: parserOptions(options), allowPositionals: true });
  } catch (cause) {
    const [sentence] = (cause as Error).message.split(". ");
    throw new UsageError(`${name}: ${sentence!.replace(/^U/, "u").replace(/\.$/, "")}`);
  }
}
