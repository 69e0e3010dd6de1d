import { ConfigError } from "@latentkit/core";

/** Refuses a model that cannot do what a metric asks of it. */
export function checkModel(owner: string, model: unknown, ...capabilities: readonly string[]): void {
  const has = (model ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of capabilities) {
    const fits = name === "latentDim" ? Number.isSafeInteger(has[name]) : typeof has[name] === "function";
    if (fits) continue;
    const mend = model instanceof Promise ? "await it" : "take a model that has it";
    throw new ConfigError(`${owner}: expected \`model\` to have \`${name}\`, received a value without; ${mend}.`);
  }
}
