import { ConfigError } from "../errors.js";
import type { Option, Resolved, Specification } from "./option.js";
import { show } from "./show.js";

/**
 * Checks what a caller passed against a specification, and fills in the defaults.
 *
 * @param owner - The function whose options they are, as the caller knows it: the first word of each message.
 * @throws ConfigError for an option that is missing, misspelt or outside its bounds.
 * @example
 * ```ts
 * import { number, resolveOptions } from "@latentkit/core/authoring";
 * const { clip } = resolveOptions("wassersteinGan", { clip: number({ above: 0, default: 0.01 }) }, {}); // 0.01
 * ```
 */
export function resolveOptions<S extends Specification>(owner: string, specification: S, given: unknown): Resolved<S> {
  const problem = problemOf(specification, given);
  if (problem !== undefined) throw new ConfigError(`${owner}: ${problem}`);
  const options = (given ?? {}) as Record<string, unknown>;
  const resolved: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(specification)) resolved[name] = options[name] ?? option.default;
  return resolved as Resolved<S>;
}

/** What is wrong with options, as the rest of a message; nothing when they are right. */
export function problemOf(specification: Specification, given: unknown): string | undefined {
  const entries = Object.entries(specification);
  if (given === undefined && entries.every(([, { presence }]) => presence !== "required")) return undefined;
  if (!isRecord(given)) {
    const names = Object.keys(specification).join(", ");
    return `expected an object of options (${names || "none"}), received ${show(given)}.`;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specification, name)) return unknownOption(name, Object.keys(specification));
  }
  for (const [name, option] of entries) {
    const value = given[name];
    if (value === undefined && option.presence !== "required") continue;
    if (!option.accepts(value)) return refusal(name, option, value);
  }
  return undefined;
}

function refusal(name: string, option: Option, value: unknown): string {
  const received = value === undefined ? "nothing" : show(value);
  const promised = value instanceof Promise ? " (await it)" : "";
  return `expected \`${name}\` to be ${option.expected}, received ${received}${promised}.`;
}

/** Refuses a name, with the one that was probably meant. */
export function unknownOption(name: string, names: readonly string[]): string {
  const [nearest, distance] = names
    .map((known) => [known, editDistance(name.toLowerCase(), known.toLowerCase())] as const)
    .reduce((best, next) => (next[1] < best[1] ? next : best), ["", Number.POSITIVE_INFINITY] as const);
  const meant = distance <= Math.max(1, Math.floor(nearest.length / 3)) ? `; did you mean \`${nearest}\`?` : "";
  const list = names.length === 0 ? "there are no options" : `the options are ${names.join(", ")}`;
  return `unknown option \`${name}\`${meant || ";"} ${meant ? `T${list.slice(1)}` : list}.`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Letters to change, add or take away, two neighbours that changed places counting once. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
