import type { AnyFactory } from "@latentkit/core";
import type { Option } from "@latentkit/core/authoring";
import { type OptionSpec, UsageError, type Values } from "../command.js";

/** Options that follow from the data or from other flags. */
const FROM_ELSEWHERE = new Set(["inputShape", "given", "seed", "datasetSize", "classes"]);

/** `freeBits` as a flag: `free-bits`. */
const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function said({ specification }: AnyFactory): [string, Option][] {
  return Object.entries(specification).filter(
    ([name, option]) => option.parse !== undefined && !option.network && !FROM_ELSEWHERE.has(name),
  );
}

/** A model's own options as flags of the command line: those that a word can say. */
export function modelFlags(factory: AnyFactory): Record<string, OptionSpec> {
  return Object.fromEntries(
    said(factory).map(([name, option]): [string, OptionSpec] => {
      const fallback = option.default === undefined ? "" : `; default ${option.show(option.default)}`;
      return [flagOf(name), { type: "string", value: "value", help: `${option.expected}${fallback}` }];
    }),
  );
}

/** The options that were given, by the model's own names. */
export function modelOptions(factory: AnyFactory, values: Values): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, option] of said(factory)) {
    const text = values[flagOf(name)];
    if (typeof text !== "string") continue;
    const value = option.parse!(text);
    if (!option.accepts(value)) {
      throw new UsageError(`expected --${flagOf(name)} to be ${option.expected}, received '${text}'`);
    }
    options[name] = value;
  }
  return options;
}
