import type { AxisScale } from "./axis.js";
import { DASHES, SERIES } from "./theme.js";

/** One line of a {@link lineChart}. */
export interface LineSeries {
  readonly name: string;
  readonly x: ArrayLike<number>;
  /** As many as there are in `x`; NaN and infinite values leave a gap. */
  readonly y: ArrayLike<number>;
  /** Lines of one group have one colour and other dashes, such as a loss in training and in validation. */
  readonly group?: string;
  /** Whether its name stands at its end. Default true. */
  readonly named?: boolean;
}

/** Points of a line beyond which it is thinned without changing how it looks. */
const MOST_POINTS = 1200;

/** The lines of a chart for echarts: colours by group, dashes within a group, faint unsmoothed lines below smoothed ones. */
export function lineOptions(
  series: readonly LineSeries[],
  xScale: AxisScale,
  yScale: AxisScale,
  smoothing: number,
): object[] {
  const groups = [...new Set(series.map(({ group, name }) => group ?? name))];
  return series.flatMap((line, i) => {
    const { name, group = name, named = true } = line;
    const color = SERIES[groups.indexOf(group) % SERIES.length]!;
    const nth = series.slice(0, i).filter((other) => (other.group ?? other.name) === group).length;
    const dash = DASHES[(nth + Math.floor(groups.indexOf(group) / SERIES.length)) % DASHES.length]!;
    const raw = points(line, xScale, yScale);
    const drawn = smoothing > 0 ? smooth(raw, smoothing) : raw;
    return [
      ...(smoothing > 0 ? [lineOption(raw, color, dash, { opacity: 0.4, width: 1 })] : []),
      { ...lineOption(drawn, color, dash, { width: 2 }), ...(named ? endLabel(name, color) : {}) },
    ];
  });
}

/** What the lines are, in words. */
export function describeSeries(series: readonly LineSeries[]): string {
  const parts = series.map(({ name, y }) => {
    const last = y.length > 0 ? y[y.length - 1]! : Number.NaN;
    return `${name}: ${y.length} points, the last ${Number.isFinite(last) ? Number(last.toPrecision(4)) : "not finite"}`;
  });
  return `${parts.join("; ")}.`;
}

type Point = readonly [number, number | null];

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
