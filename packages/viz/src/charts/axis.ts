import { formatNumber } from "../internal/format-number.js";

/** One axis of a chart: what it shows and between which values. */
export interface AxisScale {
  /** In plotted units: the value, or its logarithm to base 10. */
  readonly min: number;
  readonly max: number;
  /** Where numbers stand, in plotted units. */
  readonly ticks: readonly number[];
  /** The number at a place in plotted units. */
  readonly label: (plotted: number) => string;
  /** A value in plotted units; `undefined` when the axis cannot show it. */
  readonly plot: (value: number) => number | undefined;
}

const isShown = (value: number): boolean => Number.isFinite(value);

/** A linear axis around values, with round numbers at its ticks and, unless `tight`, at its ends. */
export function linearScale(low: number, high: number, wanted: number, tight = false): AxisScale {
  const [from, to] = low < high ? [low, high] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const step = roundStep((to - from) / wanted);
  const [min, max] = tight ? [from, to] : [Math.floor(from / step) * step, Math.ceil(to / step) * step];
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(decimals)));
  return { min, max, ticks, label: formatNumber, plot: (value) => (isShown(value) ? value : undefined) };
}

const DENSE: readonly number[] = [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9];

/** A logarithmic axis around values > 0, with ticks at 1, 2 and 5 of each power of ten, at more when there are few powers and at powers
 * alone when there are many. */
export function logScale(low: number, high: number): AxisScale {
  const span = Math.max(Math.log10(high) - Math.log10(low), 0.05);
  const [min, max] = [Math.log10(low) - 0.04 * span, Math.log10(high) + 0.04 * span];
  const factors = span > 4 ? [1] : span > 1.3 ? [1, 2, 5] : span > 0.5 ? [1, 1.5, 2, 3, 4, 5, 7] : DENSE;
  const ticks: number[] = [];
  for (let power = Math.floor(min); power <= Math.ceil(max); power++) {
    for (const factor of factors) {
      const tick = power + Math.log10(factor);
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return {
    ...{ min, max, ticks },
    label: (plotted) => formatNumber(Number((10 ** plotted).toPrecision(3))),
    plot: (value) => (isShown(value) && value > 0 ? Math.log10(value) : undefined),
  };
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is no smaller. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((round) => round >= step * (1 - 1e-9))!;
}
