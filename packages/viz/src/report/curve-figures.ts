import type { HistoryRow } from "@latentkit/core";
import { lineChart } from "../charts/line-chart.js";
import type { LineSeries } from "../charts/line-series.js";
import { historySeries } from "../charts/loss-curves.js";
import type { ReportFigure } from "./types.js";

/** How many times the smallest value the largest has to be for a logarithmic axis to show more. */
const WIDE_RANGE = 3;

/** How many times one value another may be, in the end, to share an axis with it: beyond, one of them would be a flat line. */
const SHARED_RANGE = 4;

/** What the names of validation's lines end in. */
const VALIDATION = ", validation";

/** Values of one objective that share an axis. */
interface Chart {
  readonly objective: string;
  readonly names: string[];
  readonly series: LineSeries[];
  /** Size of the first value towards the end of the run. */
  readonly level: number;
}

/**
 * Charts of a history: the values of an objective together where their sizes allow it, in training and in validation. A
 * logarithmic axis shows the progress that the first steps' large values would hide.
 */
export function curveFigures(history: readonly HistoryRow[], unit = ""): ReportFigure[] {
  const charts: Chart[] = [];
  for (const series of historySeries(history)) place(series, charts);
  return charts.map(({ objective, names, series }) => {
    const alone = charts.filter((other) => other.objective === objective).length === 1;
    const title = alone ? objective : `${objective}: ${names.join(", ")}`;
    const logY = isWide(series);
    const width = charts.length > 1 ? 560 : 1040;
    return {
      title,
      content: lineChart({ series, title, xLabel: "step", yLabel: unit, logY, theme: "page", width, height: 300 }),
      alt: `Curves of ${title}`,
      caption: captionOf(series, logY),
      wide: charts.length === 1,
    };
  });
}

function place(series: LineSeries, charts: Chart[]): void {
  const [objective, rest] = split(series.name.replace(/^validation\//, ""));
  const level = levelOf(series);
  const isValidation = series.name.startsWith("validation/");
  const fits = (chart: Chart): boolean =>
    Math.max(chart.level, level) <= SHARED_RANGE * Math.min(chart.level, level) || chart.level === level;
  const own = charts.filter((chart) => chart.objective === objective);
  const chart = (isValidation && own.find(({ names }) => names.includes(rest))) || own.find(fits);
  const line = isValidation ? { ...series, name: `${rest}${VALIDATION}` } : { ...series, name: rest };
  if (chart === undefined) charts.push({ objective, names: [rest], series: [line], level });
  else {
    // Dashed in the colour of its counterpart, which has the name.
    chart.series.push({ ...line, named: !chart.names.includes(rest) });
    if (!chart.names.includes(rest)) chart.names.push(rest);
  }
}

/** `vae/loss` is the loss of the objective vae; a name without a slash has a chart of its own. */
function split(name: string): [objective: string, rest: string] {
  const at = name.indexOf("/");
  return at < 0 ? [name, name] : [name.slice(0, at), name.slice(at + 1)];
}

/** Median size over the second half of a line. */
function levelOf({ y }: LineSeries): number {
  const sizes = Array.from(y)
    .slice(Math.floor(y.length / 2))
    .map(Math.abs)
    .filter(Number.isFinite);
  return sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;
}

function isWide(series: readonly LineSeries[]): boolean {
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return low > 0 && high > WIDE_RANGE * low;
}

function captionOf(series: readonly LineSeries[], logY: boolean): string | undefined {
  const dashed = series.some(({ name }) => name.endsWith(VALIDATION));
  const parts = [dashed && "Dashed: on the validation data.", logY && "The vertical axis is logarithmic."];
  return parts.filter((part) => part !== false).join(" ") || undefined;
}
