import { ConfigError, check, ShapeError } from "@latentkit/core";
import { type AxisScale, linearScale, logScale } from "./axis.js";
import { axisOption, marginFor, renderSvg } from "./render.js";
import { type ChartTheme, DASHES, SERIES } from "./theme.js";

/** One line of a {@link lineChart}. */
export interface LineSeries {
  readonly name: string;
  readonly x: ArrayLike<number>;
  /** As many as there are in `x`; NaN and infinite values leave a gap. */
  readonly y: ArrayLike<number>;
  /** Lines of one group have one colour and other dashes, such as a loss in training and in validation. */
  readonly group?: string;
}

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
   * Share of the running mean that stays at each point, from 0 to below 1; 0 unless given. The unsmoothed line stays visible,
   * faintly.
   */
  readonly smoothing?: number;
  /** In pixels; 720 × 320 unless given. */
  readonly width?: number;
  readonly height?: number;
  /** `light` unless given. */
  readonly theme?: ChartTheme;
}

/** Points of a line beyond which it is thinned without changing how it looks. */
const MOST_POINTS = 1200;

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
  const { series, title = "Line chart", xLabel = "", yLabel = "", logX = false, logY = false } = options;
  const { smoothing = 0, width = 720, height = 320, theme = "light" } = options;
  const checker = check("lineChart");
  checker.known(options, OPTIONS);
  checker.number("smoothing", smoothing, { min: 0, below: 1 });
  checker.integer("width", width, { min: 200 });
  checker.integer("height", height, { min: 120 });
  checker.oneOf("theme", theme, ["dark", "light", "page"]);
  if (series.length === 0) throw new ConfigError("lineChart: expected at least one series, received none.");
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
  const longest = Math.max(...series.map(({ name }) => name.length));
  const groups = [...new Set(series.map(({ group, name }) => group ?? name))];
  const option = {
    grid: { left: margin, right: Math.min(width / 3, 20 + 6.6 * longest), top: 34, bottom: 46 },
    xAxis: axisOption(xScale, xLabel, "x"),
    yAxis: axisOption(yScale, yLabel, "y", margin),
    series: series.flatMap((line, i) => {
      const { name, group = name } = line;
      const color = SERIES[groups.indexOf(group) % SERIES.length]!;
      const nth = series.slice(0, i).filter((other) => (other.group ?? other.name) === group).length;
      const dash = DASHES[(nth + Math.floor(groups.indexOf(group) / SERIES.length)) % DASHES.length]!;
      const raw = points(line, xScale, yScale);
      const drawn = smoothing > 0 ? smooth(raw, smoothing) : raw;
      return [
        ...(smoothing > 0 ? [lineOption(raw, color, dash, { opacity: 0.4, width: 1 })] : []),
        { ...lineOption(drawn, color, dash, { width: 2 }), ...endLabel(name, color) },
      ];
    }),
  };
  return renderSvg({ title, description: describe(series), width, height, theme }, option);
}

const OPTIONS: readonly string[] = [
  ...["series", "title", "xLabel", "yLabel", "logX", "logY", "smoothing", "width", "height", "theme"],
];

type Point = readonly [number, number | null];

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

function points({ x, y }: LineSeries, xScale: AxisScale, yScale: AxisScale): Point[] {
  const out: Point[] = [];
  for (let i = 0; i < x.length; i++) {
    const at = xScale.plot(x[i]!);
    if (at !== undefined) out.push([at, yScale.plot(y[i]!) ?? null]);
  }
  return out;
}

/** Exponential moving mean whose first values are not pulled towards 0. */
function smooth(line: readonly Point[], share: number): Point[] {
  let [sum, weight] = [0, 0];
  return line.map(([x, y]) => {
    if (y === null) return [x, null];
    sum = share * sum + (1 - share) * y;
    weight = share * weight + (1 - share);
    return [x, sum / weight];
  });
}

function lineOption(data: readonly Point[], color: string, dash: readonly number[], style: object): object {
  return {
    ...{ type: "line", silent: true, symbolSize: 6, connectNulls: false, data },
    // A lone point is no line, and would not show.
    showSymbol: data.filter(([, y]) => y !== null).length === 1,
    ...(data.length > MOST_POINTS ? { sampling: "lttb" } : {}),
    emphasis: { disabled: true },
    itemStyle: { color },
    lineStyle: { color, type: dash.length > 0 ? dash : "solid", ...style },
  };
}

function endLabel(name: string, color: string): object {
  return {
    name,
    // A function, since a template would read braces in names.
    endLabel: { show: true, formatter: () => name, color, fontSize: 12, fontWeight: 600, textBorderWidth: 0 },
    labelLayout: { moveOverlap: "shiftY" },
  };
}

function describe(series: readonly LineSeries[]): string {
  const parts = series.map(({ name, y }) => {
    const last = y.length > 0 ? y[y.length - 1]! : Number.NaN;
    return `${name}: ${y.length} points, the last ${Number.isFinite(last) ? Number(last.toPrecision(4)) : "not finite"}`;
  });
  return `${parts.join("; ")}.`;
}
