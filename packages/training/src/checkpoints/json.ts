/** JSON of values among which may be NaN and infinities, which JSON does not have and would make null. */
export function valuesText(value: unknown): string {
  return JSON.stringify(value, hold);
}

/** What {@link valuesText} wrote. */
export function parseValues(text: string): unknown {
  return JSON.parse(text, release);
}

function hold(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { $number: String(value) } : value;
}

function release(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$number" in value)) return value;
  return Number(value.$number);
}
