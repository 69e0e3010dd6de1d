import { ShapeError } from "@latentkit/core";
import {
  type Defaulted,
  flag,
  instance,
  integer,
  listOf,
  maxOf,
  number,
  resolveOptions,
  withDefault,
} from "@latentkit/core/authoring";
import { isNumberList, isRecord, theme, words } from "../internal/options.js";
import { type AxisScale, linearScale, logScale } from "./axis.js";
import { describeSeries, type LineSeries, lineOptions } from "./line-series.js";
import { axisOption, marginFor, renderSvg } from "./render.js";
import type { ChartTheme } from "./theme.js";

/** Options of {@link lineChart}. */
export interface LineChartOptions {
  readonly series: readonly LineSeries[];
  /** For readers who cannot see the chart, and as the SVG's title. */
  readonly title?: string;
  /** With its unit, such as "step". */
  readonly xLabel?: string;
  /** With its unit, such as "loss (nats)". */
  readonly yLabel?: string;
  /** Logarithmic axes; values ≤ 0 then leave a gap. */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /**
   * Share of the running mean that stays at each point, from 0 to below 1. Default 0. The unsmoothed line stays visible,
   * faintly.
   */
  readonly smoothing?: number;
  /** In pixels. Default 720 × 320. */
  readonly width?: number;
  readonly height?: number;
  /** Default `light`. */
  readonly theme?: ChartTheme;
}

/** The options of a line chart that are not its lines. */
export const LINE_CHART: Defaulted<Omit<LineChartOptions, "series">> = {
  title: withDefault(words, "Line chart"),
  xLabel: withDefault(words, ""),
  yLabel: withDefault(words, ""),
  logX: flag({ default: false }),
  logY: flag({ default: false }),
  smoothing: number({ min: 0, below: 1, default: 0 }),
  width: integer({ min: 200, default: 720 }),
  height: integer({ min: 120, default: 320 }),
  theme,
};

const line = instance<LineSeries>(
  "a series { name, x, y } of a text and two lists of numbers",
  (given) => isRecord(given) && typeof given.name === "string" && isNumberList(given.x) && isNumberList(given.y),
);
const OPTIONS = { ...LINE_CHART, series: listOf(line, { minLength: 1 }) };

/**
 * A line chart as SVG text, the lines named at their ends and told apart by colour and dashes.
 *
 * @throws ConfigError for no series or options out of range; ShapeError when a series has other numbers of x and y.
 * @example
 * ```ts
 * import { lineChart } from "@latentkit/viz";
 * const svg = lineChart({
 *   series: [{ name: "loss", x: [0, 1, 2, 3], y: [9, 4, 2, 1] }],
 *   ...{ title: "Loss", xLabel: "step", yLabel: "loss (nats)", logY: true },
 * });
 * ```
 */
export function lineChart(options: LineChartOptions): string {
  const { series, xLabel, yLabel, logX, logY, smoothing, ...frame } = resolveOptions("lineChart", OPTIONS, options);
  const { width, height } = frame;
  for (const { name, x, y } of series) {
    if (x.length === y.length) continue;
    throw new ShapeError(
      `lineChart: expected as many x as y in series '${name}', received ${x.length} and ${y.length}.`,
    );
  }
  const xScale = scaleOf(
    series.map(({ x }) => x),
    logX,
    Math.max(3, Math.floor(width / 110)),
    true,
  );
  const yScale = scaleOf(
    series.map(({ y }) => y),
    logY,
    Math.max(2, Math.floor(height / 60)),
  );
  const margin = marginFor(yScale);
  const longest = maxOf(
    series.map(({ name, named = true }) => (named ? name.length : 0)),
    0,
  );
  const option = {
    grid: { left: margin, right: Math.min(width / 3, 20 + 6.6 * longest), top: 34, bottom: 46 },
    xAxis: axisOption(xScale, xLabel, "x"),
    yAxis: axisOption(yScale, yLabel, "y", margin),
    series: lineOptions(series, xScale, yScale, smoothing),
  };
  return renderSvg({ ...frame, description: describeSeries(series) }, option);
}

/** An axis around all values that it can show; from 0 to 1 when there are none. */
function scaleOf(values: readonly ArrayLike<number>[], log: boolean, ticks: number, tight = false): AxisScale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of values) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return linearScale(0, 1, ticks, tight);
  return log ? logScale(low, high) : linearScale(low, high, ticks, tight);
}
