import { DataError } from "@latentkit/core";
import type { Table } from "./read-table.js";

/** A column of numbers, NaN where a cell is missing, or of words, −1 where one is. */
export type Column =
  | { readonly name: string; readonly kind: "numbers"; readonly values: Float64Array }
  | { readonly name: string; readonly kind: "words"; readonly words: readonly string[]; readonly values: Int32Array };

const MISSING = new Set(["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"]);
/** Words beyond which a column is a text or a name of each row, and not a category. */
const MOST_WORDS = 100;

/**
 * A column as numbers, when each cell that is there is one, or as words.
 *
 * @throws DataError for a column of more than 100 words, which no longer says which of few kinds a row is of.
 */
export function readColumn({ rows }: Table, name: string, at: number, decimal: string, source: string): Column {
  const cells = rows.map((row) => row[at]!.trim());
  const numbers = Float64Array.from(cells, (cell) => (MISSING.has(cell) ? Number.NaN : toNumber(cell, decimal)));
  const words = cells.filter((cell, i) => Number.isNaN(numbers[i]!) && !MISSING.has(cell));
  if (words.length === 0) return { name, kind: "numbers", values: numbers };
  const known = wordsOf(cells);
  if (known.length > MOST_WORDS) {
    throw new DataError(
      `${source}: the column '${name}' holds ${known.length} different texts, such as '${words[0]}'; leave it out with \`columns\`.`,
    );
  }
  return { name, kind: "words", words: known, values: numbersOf(cells, known) };
}

/** The classes of a column of labels, in the order of numbers or of the alphabet, and the class of each row. */
export function readClasses(
  { rows, firstLine }: Table,
  name: string,
  at: number,
  source: string,
): { readonly classNames: string[]; readonly labels: Int32Array } {
  const cells = rows.map((row) => row[at]!.trim());
  const absent = cells.findIndex((cell) => MISSING.has(cell));
  if (absent >= 0) {
    throw new DataError(
      `${source}: expected a class in '${name}', received '${cells[absent]}' in row ${absent + firstLine}.`,
    );
  }
  const classNames = wordsOf(cells);
  return { classNames, labels: numbersOf(cells, classNames) };
}

function wordsOf(cells: readonly string[]): string[] {
  const words = [...new Set(cells.filter((cell) => !MISSING.has(cell)))];
  const numeric = words.every((word) => Number.isFinite(Number(word)));
  return words.sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
}

function numbersOf(cells: readonly string[], words: readonly string[]): Int32Array {
  const numbers = new Map(words.map((word, i) => [word, i]));
  return Int32Array.from(cells, (cell) => numbers.get(cell) ?? -1);
}

function toNumber(cell: string, decimal: string): number {
  if (decimal === ".") return Number(cell);
  return cell.includes(".") ? Number.NaN : Number(cell.replace(decimal, "."));
}

/** Whether a row has the cell. */
export function present(column: Column, row: number): boolean {
  return column.kind === "numbers" ? !Number.isNaN(column.values[row]!) : column.values[row]! >= 0;
}
