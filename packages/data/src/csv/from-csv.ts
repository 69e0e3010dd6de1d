import { ConfigError, DataError } from "@latentkit/core";
import { check, integer, optional, resolveOptions } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "../array-dataset.js";
import { abortSignal } from "../internal/options.js";
import { store } from "../internal/store.js";
import { type Column, present, readClasses, readColumn } from "./columns.js";
import { CSV, type CsvBatch, type CsvInfo, type CsvOptions } from "./options.js";
import { readTable, type Table } from "./read-table.js";

/** Options of {@link fromCsv}. */
export interface FromCsvOptions extends CsvOptions {
  /** Most bytes of the file. Default 2³⁰, 1 GiB. */
  readonly maxBytes?: number;
  /** Ends a download. */
  readonly signal?: AbortSignal;
}

const FILE = { ...CSV, maxBytes: integer({ min: 1, default: 2 ** 30 }), signal: optional(abortSignal) };

/**
 * A dataset of a table in a file of comma-separated values: numbers as they are, columns of words as one value for each word, 1 where it
 * stands. Tables with other delimiters are read too. Bring columns to one scale with {@link standardize} before a model sees them.
 *
 * **Shapes** `x` `[batch, values]`, `label` `[batch]`.
 *
 * @param path - A file, or an address.
 * @throws DataError for a file that is missing, damaged or too large, and for cells that are missing unless `missing` says what to do;
 *   ConfigError for columns that the table does not have.
 * @example
 * ```ts no-run
 * import { fromCsv } from "@latentkit/data";
 * const penguins = await fromCsv("penguins.csv", { label: "species", missing: "skip" });
 * console.log(penguins.info.columns, penguins.info.classNames);
 * ```
 */
export async function fromCsv(path: string, options: FromCsvOptions = {}): Promise<ArrayDataset<CsvBatch, CsvInfo>> {
  const { maxBytes, signal, ...rest } = resolveOptions("fromCsv", FILE, options);
  check("fromCsv").that("path", path, typeof path === "string" && path !== "", "the path or address of a file");
  const bytes = await files.readBytes(path, { maxBytes, ...(signal && { signal }) });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(`fromCsv: ${path}: expected text in UTF-8, received other bytes; convert the file.`, { cause });
  }
  return tableDataset(`fromCsv: ${path}`, text, rest);
}

/**
 * {@link fromCsv} for text that is there already, such as that of a file that was dropped on a page.
 *
 * @throws DataError and ConfigError as {@link fromCsv} does.
 * @example
 * ```ts
 * import { parseCsv } from "@latentkit/data";
 * const { size, info } = parseCsv("width,colour,kind\n1.5,red,a\n2.5,blue,b\n", { label: "kind" });
 * console.log(size, info.columns); // 2 [ 'width', 'colour=blue', 'colour=red' ]
 * ```
 */
export function parseCsv(text: string, options: CsvOptions = {}): ArrayDataset<CsvBatch, CsvInfo> {
  check("parseCsv").that("text", text, typeof text === "string", "the text of a table");
  return tableDataset("parseCsv", text, resolveOptions("parseCsv", CSV, options));
}

type Settings = Omit<CsvOptions, "header" | "missing" | "decimal"> &
  Required<Pick<CsvOptions, "header" | "missing" | "decimal">>;

function tableDataset(source: string, text: string, settings: Settings): ArrayDataset<CsvBatch, CsvInfo> {
  const { header, delimiter, decimal, missing, label } = settings;
  const table = readTable(text, source, header, delimiter);
  const names = settings.columns ?? table.names.filter((name) => name !== label);
  const columns = names.map((name) =>
    readColumn(table, name, indexOf(table, name, "columns", source), decimal, source),
  );
  const classes =
    label === undefined ? undefined : readClasses(table, label, indexOf(table, label, "label", source), source);
  const rows = rowsToKeep(table, columns, missing, source);
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  if (width === 0) throw new ConfigError(`${source}: expected at least one column for x, received none.`);
  return store<CsvBatch, CsvInfo>(
    source,
    {
      x: { values: valuesOf(columns, rows, width), shape: [width], dtype: "float32", scale: 1 },
      ...(classes && {
        label: { values: Int32Array.from(rows, (row) => classes.labels[row]!), shape: [], dtype: "int32", scale: 1 },
      }),
    },
    {
      columns: columns.flatMap((column) =>
        column.kind === "numbers" ? [column.name] : column.words.map((word) => `${column.name}=${word}`),
      ),
      classNames: classes?.classNames ?? [],
      skipped: table.rows.length - rows.length,
    },
  );
}

const widthOf = (column: Column): number => (column.kind === "numbers" ? 1 : column.words.length);

function indexOf({ names }: Table, name: string, option: string, source: string): number {
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw new ConfigError(
    `${source}: expected \`${option}\` to be of the table's columns, ${names.join(", ")}, received '${name}'.`,
  );
}

function rowsToKeep({ rows, firstLine }: Table, columns: readonly Column[], missing: string, source: string): number[] {
  const all = rows.map((_, row) => row);
  if (missing === "mean") return all;
  const kept = all.filter((row) => {
    const hole = columns.find((column) => !present(column, row));
    if (hole === undefined || missing === "skip") return hole === undefined;
    throw new DataError(
      `${source}: a value of '${hole.name}' is missing in row ${row + firstLine}; pass missing: "skip" or "mean", or leave the column out with \`columns\`.`,
    );
  });
  if (kept.length === 0) throw new DataError(`${source}: each row lacks a value; leave a column out with \`columns\`.`);
  return kept;
}

function valuesOf(columns: readonly Column[], rows: readonly number[], width: number): Float32Array {
  const values = new Float32Array(rows.length * width);
  let at = 0;
  for (const column of columns) {
    const mean = column.kind === "numbers" ? meanOf(column.values) : 0;
    for (const [i, row] of rows.entries()) {
      const value = column.values[row]!;
      if (column.kind === "numbers") values[i * width + at] = Number.isNaN(value) ? mean : value;
      else if (value >= 0) values[i * width + at + value] = 1;
    }
    at += widthOf(column);
  }
  return values;
}

function meanOf(values: Float64Array): number {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.reduce((sum, value) => sum + value, 0) / Math.max(1, there.length);
}
