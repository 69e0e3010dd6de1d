import { DataError } from "@latentkit/core";
import Papa from "papaparse";

/** A table of text: the names of its columns, and its rows with the lines that they stand in. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of the first row. */
  readonly firstLine: number;
}

/**
 * Reads comma-separated values (RFC 4180), or such with another delimiter.
 *
 * @param source - The first words of messages.
 * @throws DataError for rows of unequal length, quotes that do not end, names that are missing or stand twice, and no rows.
 */
export function readTable(text: string, source: string, header: boolean, delimiter: string | undefined): Table {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: "greedy", delimiter: delimiter ?? "" });
  // One column has no delimiter to be found.
  const serious = errors.find(({ code }) => code !== "UndetectableDelimiter");
  if (serious !== undefined) {
    throw new DataError(`${source}: row ${(serious.row ?? 0) + 1}: ${serious.message}; correct the file.`);
  }
  const [first] = data;
  if (first === undefined) throw new DataError(`${source}: expected rows of values, received an empty table.`);
  const names = header ? first.map((name) => name.trim()) : first.map((_, i) => `column${i + 1}`);
  if (header) checkNames(names, source);
  const rows = header ? data.slice(1) : data;
  if (rows.length === 0) throw new DataError(`${source}: expected rows of values, received names alone.`);
  const firstLine = header ? 2 : 1;
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) {
    throw new DataError(
      `${source}: expected ${names.length} cells in each row, received ${rows[odd]!.length} in row ${odd + firstLine}; is \`delimiter\` another one?`,
    );
  }
  return { names, rows, firstLine };
}

function checkNames(names: readonly string[], source: string): void {
  if (names.every((name) => name !== "" && Number.isFinite(Number(name)))) {
    throw new DataError(
      `${source}: expected names of columns in the first row, received numbers; pass header: false for a table without names.`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new DataError(`${source}: two columns have the name '${twice}'; rename one.`);
}
