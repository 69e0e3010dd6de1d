import type { Command } from "./command.js";

/** The help text of the whole command line. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usage(command).length));
  return [
    "Usage: latentkit <command> [options]",
    "",
    "Commands:",
    ...commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`),
    "",
    "Options:",
    "  --help, -h     Help for all commands, or for the one that is named",
    "  --version, -v  The version of latentkit",
  ].join("\n");
}

/** The help text of one command, with the options that its first argument brought. */
export function commandHelp(command: Command, options: Command["options"] = command.options): string {
  const rows = Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? "" : ` <${value}>`}`,
    help,
  ]);
  rows.push(["--help, -h", "This text"]);
  const width = Math.max(...rows.map(([name]) => name!.length));
  return [
    `Usage: latentkit ${usage(command)} [options]`,
    "",
    command.summary,
    "",
    "Options:",
    ...rows.map(([name, help]) => `  ${name!.padEnd(width)}  ${help}`),
    ...(command.details ? ["", command.details()] : []),
  ].join("\n");
}

function usage(command: Command): string {
  return [command.name, ...command.positionals.map((name) => `<${name}>`)].join(" ");
}
