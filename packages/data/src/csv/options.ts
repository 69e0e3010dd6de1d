import type { Defaulted, Option } from "@latentkit/core/authoring";
import { choice, flag, listOf, optional, text } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** What becomes of rows with an empty cell, `NA`, `NaN`, `null` or `?`. */
export type MissingCells = "refuse" | "skip" | "mean";

/** How a table of text becomes a dataset. */
export interface CsvOptions {
  /** Names of the columns that make `x`, in this order. Default all but `label`. */
  readonly columns?: readonly string[];
  /** Name of the column with the classes, numbers or words. Default none. */
  readonly label?: string;
  /** Whether the first row names the columns. Default true; without names they are `column1`, `column2`, …. */
  readonly header?: boolean;
  /**
   * What becomes of rows with a missing cell, such as an empty one or `NA`: `refuse`, `skip` leaves them out, `mean` takes the column's
   * mean, and for words none of them. Default `refuse`.
   */
  readonly missing?: MissingCells;
  /** What stands between cells. Default found out from the first rows. */
  readonly delimiter?: string;
  /** Sign before decimals. Default `.`. */
  readonly decimal?: "." | ",";
}

/** Batches of a table: `x` float32 `[batch, values]`, and `label` int32 `[batch]` where a column of classes was named. */
export type CsvBatch = Readonly<{ x: tf.Tensor2D; label?: tf.Tensor1D }>;

/** What is known of a table. */
export interface CsvInfo {
  /** What each value of `x` is: a column's name, or `column=word` for each word of a column of words. */
  readonly columns: readonly string[];
  /** What each class number stands for; empty without `label`. */
  readonly classNames: readonly string[];
  /** Rows that were left out. */
  readonly skipped: number;
}

/** The specification of {@link CsvOptions}. */
export const CSV: {
  readonly columns: Option<readonly string[], "optional">;
  readonly label: Option<string, "optional">;
  readonly delimiter: Option<string, "optional">;
} & Defaulted<Pick<CsvOptions, "header" | "missing" | "decimal">> = {
  columns: /* @__PURE__ */ optional(listOf(text(), { minLength: 1 })),
  label: /* @__PURE__ */ optional(text()),
  header: /* @__PURE__ */ flag({ default: true }),
  missing: /* @__PURE__ */ choice(["refuse", "skip", "mean"], { default: "refuse" }),
  delimiter: /* @__PURE__ */ optional(text()),
  decimal: /* @__PURE__ */ choice([".", ","], { default: "." }),
};
