import type { Row } from "./measure.js";

/** A row of the table with what training it took. */
export interface Result extends Row {
  readonly model: string;
  readonly seconds: number;
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Result) => string])[] = [
  ["model", ({ model }) => model],
  ["−ELBO", ({ negativeElbo }) => nats(negativeElbo)],
  ["NLL", ({ negativeLogLikelihood }) => nats(negativeLogLikelihood)],
  ["MSE", ({ reconstruction }) => reconstruction?.toFixed(4) ?? "–"],
  ["FID", ({ fid, prior }) => (fid === undefined ? "–" : `${fid.toFixed(1)}${prior ? "*" : ""}`)],
  ["active", ({ active }) => (active === undefined ? "–" : String(active))],
  ["seconds", ({ seconds }) => seconds.toFixed(0)],
];

const nats = (value: number | undefined): string => value?.toFixed(1) ?? "–";

/** The table as Markdown, columns aligned. */
export function table(results: readonly Result[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...results.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
