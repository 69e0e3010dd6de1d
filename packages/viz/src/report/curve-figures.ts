import type { HistoryRow } from "@latentkit/core";
import { type LineSeries, lineChart } from "../charts/line-chart.js";
import { historySeries } from "../charts/loss-curves.js";
import type { ReportFigure } from "./types.js";

/** How many times the smallest value the largest has to be for a logarithmic axis to show more. */
const WIDE_RANGE = 10;

/** What the names of validation's lines end in. */
const VALIDATION = ", validation";

/** A chart for each objective of a history: its loss and parts, in training and in validation. */
export function curveFigures(history: readonly HistoryRow[], unit = ""): ReportFigure[] {
  const charts = new Map<string, LineSeries[]>();
  for (const series of historySeries(history)) {
    const [objective, rest] = split(series.name.replace(/^validation\//, ""));
    const name = series.name.startsWith("validation/") ? `${rest}${VALIDATION}` : rest;
    charts.set(objective, [...(charts.get(objective) ?? []), { ...series, name }]);
  }
  return [...charts].map(([objective, series]) => {
    const logY = isWide(series);
    const title = `Curves of ${objective}`;
    return {
      title: objective,
      content: lineChart({
        series,
        title,
        xLabel: "step",
        yLabel: unit,
        logY,
        theme: "page",
        width: charts.size > 1 ? 560 : 1040,
      }),
      alt: title,
      caption: captionOf(series, logY),
      wide: charts.size === 1,
    };
  });
}

function captionOf(series: readonly LineSeries[], logY: boolean): string | undefined {
  const dashed = series.some(({ name }) => name.endsWith(VALIDATION));
  const parts = [dashed && "Dashed: on the validation data.", logY && "The vertical axis is logarithmic."];
  return parts.filter((part) => part !== false).join(" ") || undefined;
}

/** `vae/loss` is the loss of the objective vae; a name without a slash has a chart of its own. */
function split(name: string): [objective: string, rest: string] {
  const at = name.indexOf("/");
  return at < 0 ? [name, name] : [name.slice(0, at), name.slice(at + 1)];
}

function isWide(series: readonly LineSeries[]): boolean {
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return low > 0 && high > WIDE_RANGE * low;
}
