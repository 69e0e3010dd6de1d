import { DataError } from "@latentkit/core";
import {
  check,
  checkShape,
  checkTensor,
  flag,
  integer,
  listOf,
  optional,
  resolveOptions,
  withDefault,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { formatNumber } from "../internal/format-number.js";
import { numbersOrTensor, theme, words } from "../internal/options.js";
import { type AxisScale, linearScale } from "./axis.js";
import { drawDots } from "./dots.js";
import { axisOption, marginFor, renderSvg } from "./render.js";
import { byClass, byValue, type Coloring, plain } from "./scatter-colors.js";
import type { ChartTheme } from "./theme.js";

/** Options of {@link latentScatter}. */
export interface LatentScatterOptions {
  /** The class number of each code: a colour and a name for each class. */
  readonly labels?: tf.Tensor | ArrayLike<number>;
  /** Names of the classes. Default their numbers. */
  readonly classNames?: readonly string[];
  /** A number for each code, shown as a shade instead of a class: the true parameter of a manifold, an error. */
  readonly values?: tf.Tensor | ArrayLike<number>;
  /** What the numbers are, with their unit; stands by the scale of shades. */
  readonly valueLabel?: string;
  /** For readers who cannot see the chart, and as the SVG's title. */
  readonly title?: string;
  /** Default `z0` and `z1`. */
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Whether a unit is as long across as up. Default true. */
  readonly equalScales?: boolean;
  /** Codes to draw at most, evenly spaced among all. Default 20,000. */
  readonly limit?: number;
  /** In pixels. Default 640 × 520. */
  readonly width?: number;
  readonly height?: number;
  /** Default `light`. */
  readonly theme?: ChartTheme;
}

const OPTIONS = {
  labels: optional(numbersOrTensor),
  classNames: listOf(words, { default: [] }),
  values: optional(numbersOrTensor),
  valueLabel: withDefault(words, ""),
  title: withDefault(words, "Latent codes"),
  xLabel: withDefault(words, "z0"),
  yLabel: withDefault(words, "z1"),
  equalScales: flag({ default: true }),
  limit: integer({ min: 1, default: 20_000 }),
  width: integer({ min: 240, default: 640 }),
  height: integer({ min: 160, default: 520 }),
  theme,
};

/**
 * Codes of two dimensions as dots, SVG text: by class in colours, or by a value in shades. Ten thousand codes take about
 * 100 kB.
 *
 * **Shapes**: `codes` `[n, 2]`; project longer codes first, for instance with `principalComponents` of
 * `@latentkit/metrics`.
 *
 * @throws ShapeError for codes of another size, or another number of labels; DataError for NaN or no codes; ConfigError for
 *   options out of range.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { latentScatter } from "@latentkit/viz";
 * const codes = random(1).normal([300, 2]);
 * const svg = await latentScatter(codes, { labels: Array.from({ length: 300 }, (_, i) => i % 3) });
 * ```
 */
export async function latentScatter(codes: tf.Tensor, options: LatentScatterOptions = {}): Promise<string> {
  const owner = "latentScatter";
  const resolved = resolveOptions(owner, OPTIONS, options);
  const { labels, classNames, values, valueLabel, limit, xLabel, yLabel, equalScales, ...frame } = resolved;
  const { width, height } = frame;
  const checker = check(owner);
  checkTensor(owner, "codes", codes);
  checker.that("values", values, values === undefined || labels === undefined, "absent when there are `labels`");
  checkShape(owner, "codes", codes.shape, [null, 2]);
  const count = codes.shape[0]!;
  if (count === 0) throw new DataError(`${owner}: expected at least one code, received none.`);

  const kept = Array.from({ length: Math.min(limit, count) }, (_, i) =>
    Math.floor((i * count) / Math.min(limit, count)),
  );
  const flat = await numbers(owner, "codes", codes, 2 * count);
  const [x, y] = [kept.map((i) => flat[2 * i]!), kept.map((i) => flat[2 * i + 1]!)];
  let coloring: Coloring = plain(kept.length);
  if (labels !== undefined) {
    const all = await numbers(owner, "labels", labels, count);
    coloring = byClass(
      kept.map((i) => all[i]!),
      classNames,
    );
  } else if (values !== undefined) {
    const all = await numbers(owner, "values", values, count);
    coloring = byValue(
      kept.map((i) => all[i]!),
      valueLabel,
    );
  }

  let [xScale, yScale] = [padded(x, Math.floor(width / 90)), padded(y, Math.floor(height / 70))];
  const plot = { left: marginFor(yScale), right: coloring.legendWidth, top: 34, bottom: 46 };
  const inner = { width: width - plot.left - plot.right, height: height - plot.top - plot.bottom };
  if (equalScales) [xScale, yScale] = equal(xScale, yScale, inner);
  const at = {
    x: x.map((v) => plot.left + ((v - xScale.min) / (xScale.max - xScale.min)) * inner.width),
    y: y.map((v) => plot.top + (1 - (v - yScale.min) / (yScale.max - yScale.min)) * inner.height),
  };
  const diameter = kept.length <= 500 ? 6 : kept.length <= 3000 ? 4 : 3;
  const overlay =
    drawDots(coloring.dots(at.x, at.y), diameter, 0.75) +
    coloring.marks(at.x, at.y) +
    coloring.legend(width - plot.right + 18, plot.top);
  const vertical = axisOption(yScale, yLabel, "y", plot.left);
  const option = {
    grid: plot,
    xAxis: { ...axisOption(xScale, xLabel, "x"), splitLine: (vertical as { splitLine: object }).splitLine },
    yAxis: vertical,
    series: [],
  };
  const shown = kept.length < count ? `${formatNumber(kept.length)} of ${formatNumber(count)}` : formatNumber(count);
  return renderSvg({ ...frame, description: `${shown} codes. ${coloring.description}` }, option, overlay);
}

async function numbers(
  owner: string,
  name: string,
  source: tf.Tensor | ArrayLike<number>,
  length: number,
): Promise<ArrayLike<number>> {
  const found = source instanceof tf.Tensor ? await source.data() : source;
  checkShape(owner, name, [found.length], [length]);
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(found[i]!)) {
      throw new DataError(`${owner}: \`${name}\` has a value that is not finite, at position ${i}.`);
    }
  }
  return found;
}

/** An axis with room for the outermost dots. */
function padded(values: readonly number[], ticks: number): AxisScale {
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const space = 0.03 * (high - low);
  return linearScale(low - space, high + space, ticks, true);
}

/** Widens one of two axes around its middle until a pixel is worth as much on both. */
function equal(
  x: AxisScale,
  y: AxisScale,
  { width, height }: { readonly width: number; readonly height: number },
): [AxisScale, AxisScale] {
  const unit = Math.max((x.max - x.min) / width, (y.max - y.min) / height);
  const widen = (scale: AxisScale, pixels: number): AxisScale => {
    const middle = (scale.min + scale.max) / 2;
    const ticks = Math.max(3, Math.floor(pixels / 80));
    return linearScale(middle - (unit * pixels) / 2, middle + (unit * pixels) / 2, ticks, true);
  };
  return [widen(x, width), widen(y, height)];
}
