import type { FieldSpecs } from "../types/fields.js";
import type { Json } from "../types/json.js";
import type { Option } from "./option.js";
import { instance } from "./values.js";

/** A condition as an option declares it: class numbers, or vectors of numbers. */
export type Condition = { readonly classes: number } | { readonly size: number };

/** Conditions by the name of their field in a batch: `{ label: { classes: 10 }, slant: { size: 1 } }`. */
export type Conditions = Readonly<Record<string, Condition>>;

/** What a conditional model is told beside the data. */
export function conditions(): Option<Conditions, "required"> {
  return {
    ...instance<Conditions>(
      "conditions by name, each `{ classes: n }` with n ≥ 2 or `{ size: n }` with n ≥ 1",
      (value) =>
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length > 0 &&
        Object.entries(value).every(([name, condition]) => name !== "x" && isCondition(condition)),
    ),
    toJSON: (value) => value as Json,
    fromJSON: (json) => json as Conditions,
  };
}

function isCondition(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { classes, size, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || (classes === undefined) === (size === undefined)) return false;
  return classes === undefined ? isCount(size, 1) : isCount(classes, 2);
}

const isCount = (value: unknown, min: number): boolean => Number.isSafeInteger(value) && (value as number) >= min;

/** The fields of a batch that hold the conditions. */
export function conditionFields(given: Conditions): FieldSpecs {
  return Object.fromEntries(
    Object.entries(given).map(([name, condition]) => [
      name,
      "classes" in condition ? { shape: [null], classes: condition.classes } : { shape: [null, condition.size] },
    ]),
  );
}
