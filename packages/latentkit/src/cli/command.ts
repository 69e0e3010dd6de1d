import type { ParseArgsConfig } from "node:util";

/** One option of a command. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  /** What the option does, and its default. */
  readonly help: string;
  /** What stands for the value in help texts. */
  readonly value?: string;
}

/** The options that were given, by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Where a command writes what it has to say. */
export type Print = (line: string) => void;

/** One command of the command line: a file of its own, and a line in `commands.ts`. */
export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Names of the arguments, all needed. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What the help text says after the options. */
  details?(): string;
  /** Further options that the first argument brings, such as those of a model. */
  optionsOf?(first: string): Readonly<Record<string, OptionSpec>>;
  run(positionals: readonly string[], values: Values, print: Print): Promise<void>;
}

/** A command line that makes no sense: exit code 2. */
export class UsageError extends Error {}

/** The configuration of `parseArgs` for a command. */
export function parserOptions(options: Command["options"]): NonNullable<ParseArgsConfig["options"]> {
  const types = Object.entries(options).map(([name, { type }]) => [name, { type }] as const);
  return { ...Object.fromEntries(types), help: { type: "boolean", short: "h" } };
}

/** An option that is a whole number. */
export function integerOption(values: Values, name: string, fallback: number, min = 0): number {
  const text = values[name];
  if (typeof text !== "string") return fallback;
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < min) {
    throw new UsageError(`expected --${name} to be an integer ≥ ${min}, received '${text}'`);
  }
  return value;
}

/** An option that is one of some words. */
export function choiceOption<T extends string>(values: Values, name: string, choices: readonly T[], fallback: T): T {
  const text = values[name] ?? fallback;
  if (choices.includes(text as T)) return text as T;
  throw new UsageError(`expected --${name} to be one of ${choices.join(", ")}, received '${text}'`);
}

/** An option that is any text. */
export function textOption(values: Values, name: string, fallback: string): string {
  const text = values[name];
  return typeof text === "string" ? text : fallback;
}

/** An option that is a number. */
export function numberOption(values: Values, name: string, min = 0): number | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < min) {
    throw new UsageError(`expected --${name} to be a number ≥ ${min}, received '${text}'`);
  }
  return value;
}

/** An option that is whole numbers with commas between them. */
export function integersOption(values: Values, name: string): number[] | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  const numbers = text === "" ? [] : text.split(",").map(Number);
  if (numbers.every((value) => Number.isSafeInteger(value) && value > 0)) return numbers;
  throw new UsageError(`expected --${name} to be integers > 0 such as 256,64, received '${text}'`);
}
