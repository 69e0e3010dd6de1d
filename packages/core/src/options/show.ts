/** Writes a value the way messages and tables print it; long ones are cut. */
export function show(value: unknown): string {
  if (typeof value === "string") return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(", ")}${value.length > 8 ? ", …" : ""}]`;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (typeof value !== "object" || value === null) return String(value);
  const { name } = value.constructor ?? { name: "" };
  if (name !== "Object" && name !== "") return name;
  const keys = Object.keys(value);
  if (keys.length === 0) return "{}";
  return `{ ${keys.slice(0, 6).join(", ")}${keys.length > 6 ? ", …" : ""} }`;
}
