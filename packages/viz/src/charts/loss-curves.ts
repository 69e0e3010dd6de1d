import { ConfigError, type HistoryRow } from "@latentkit/core";
import { check, listOf, optional, resolveOptions, text, withDefault } from "@latentkit/core/authoring";
import { historyRows } from "../internal/options.js";
import { LINE_CHART, type LineChartOptions, lineChart } from "./line-chart.js";
import type { LineSeries } from "./line-series.js";

/** Options of {@link lossCurves}: those of a line chart, and which values to show. */
export interface LossCurvesOptions extends Omit<LineChartOptions, "series"> {
  /** Names of values, such as `vae/loss`; a name that ends in `/` stands for all that begin with it. Default all. */
  readonly values?: readonly string[];
}

const OPTIONS = {
  ...LINE_CHART,
  values: optional(listOf(text(), { minLength: 1 })),
  title: withDefault(LINE_CHART.title, "Training curves"),
  xLabel: withDefault(LINE_CHART.xLabel, "step"),
};

/**
 * The curves of a run's history as SVG text: a line for each logged value over the steps, values of validation dashed in the
 * colour of their counterpart in training.
 *
 * @param history - What `train` returns, and callbacks see.
 * @throws ConfigError when the history has none of the values.
 * @example
 * ```ts
 * import { lossCurves } from "@latentkit/viz";
 * const history = [1, 2, 3].map((step) => ({ step, "vae/loss": 200 / step, "validation/vae/loss": 210 / step }));
 * const svg = lossCurves(history, { yLabel: "loss (nats)", logY: true });
 * ```
 */
export function lossCurves(history: readonly HistoryRow[], options: LossCurvesOptions = {}): string {
  const { values, ...chart } = resolveOptions("lossCurves", OPTIONS, options);
  check("lossCurves").that("history", history, historyRows.accepts(history), historyRows.expected);
  const series = historySeries(history, values);
  if (series.length === 0) {
    const names = historyNames(history).map((name) => `'${name}'`);
    throw new ConfigError(
      `lossCurves: expected a history with ${values === undefined ? "logged values" : values.map((v) => `'${v}'`).join(", ")}, received ${history.length} rows with ${names.join(", ") || "none"}.`,
    );
  }
  return lineChart({ ...chart, series });
}

/** Names of the values in a history, in the order in which they first appear. */
export function historyNames(history: readonly HistoryRow[]): string[] {
  const names = new Set(history.flatMap((row) => Object.keys(row)));
  return [...names].filter((name) => name !== "step" && name !== "epoch");
}

/** The lines of a history; values of validation in the group of their counterpart. */
export function historySeries(history: readonly HistoryRow[], values?: readonly string[]): LineSeries[] {
  const wanted = (name: string): boolean =>
    values?.some((value) => (value.endsWith("/") ? name.startsWith(value) : name === value)) ?? true;
  return historyNames(history)
    .filter(wanted)
    .map((name) => {
      const rows = history.filter((row) => row[name] !== undefined);
      return {
        name,
        group: name.replace(/^validation\//, ""),
        x: rows.map((row, i) => row.step ?? i),
        y: rows.map((row) => row[name]!),
      };
    });
}
