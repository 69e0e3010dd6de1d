import { maxOf } from "@latentkit/core/authoring";
import { escapeText } from "../internal/escape.js";
import { formatNumber } from "../internal/format-number.js";
import { VIRIDIS } from "./colormap.js";
import type { Dots } from "./dots.js";
import { FONTS } from "./render.js";
import { ROLES, SERIES } from "./theme.js";

/** How dots are coloured, and what is written to explain it. */
export interface Coloring {
  readonly description: string;
  /** Room to the right of the plot, in pixels. */
  readonly legendWidth: number;
  dots(x: readonly number[], y: readonly number[]): Dots[];
  /** Names within the plot. */
  marks(x: readonly number[], y: readonly number[]): string;
  /** The explanation, with its top left corner at a place. */
  legend(left: number, top: number): string;
}

/** All dots alike. */
export function plain(count: number): Coloring {
  return {
    description: "",
    legendWidth: 24,
    dots: (x, y) => [{ color: SERIES[0]!, x: x.slice(0, count), y: y.slice(0, count) }],
    marks: () => "",
    legend: () => "",
  };
}

/** A colour for each class; the colours repeat after ten, and the names at the classes' middles tell them apart. */
export function byClass(labels: readonly number[], names: readonly string[]): Coloring {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const nameOf = (label: number): string => names[label] ?? String(label);
  const members = classes.map((label) => labels.flatMap((other, i) => (other === label ? [i] : [])));
  const color = (i: number): string => SERIES[i % SERIES.length]!;
  const longest = maxOf(classes.map((label) => nameOf(label).length));
  return {
    description: `Classes: ${classes.map((label, i) => `${nameOf(label)} (${members[i]!.length})`).join(", ")}.`,
    legendWidth: Math.min(200, 54 + 7 * longest),
    dots: (x, y) =>
      members.map((indices, i) => ({ color: color(i), x: indices.map((k) => x[k]!), y: indices.map((k) => y[k]!) })),
    marks: (x, y) =>
      classes
        .map((label, i) => {
          const middle = [median(members[i]!.map((k) => x[k]!)), median(members[i]!.map((k) => y[k]!))] as const;
          return text(nameOf(label), ...middle, `text-anchor="middle" font-weight="700" font-size="15" ${HALO}`);
        })
        .join(""),
    legend: (left, top) =>
      classes
        .map((label, i) => {
          const y = top + 10 + i * 20;
          return `<circle cx="${left + 5}" cy="${y}" r="5" fill="${color(i)}"/>${text(nameOf(label), left + 17, y)}`;
        })
        .join(""),
  };
}

/** A shade for each value, from the smallest to the largest. */
export function byValue(values: readonly number[], label: string): Coloring {
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const bin = (value: number): number =>
    high > low ? Math.min(VIRIDIS.length - 1, Math.floor(((value - low) / (high - low)) * VIRIDIS.length)) : 0;
  const members = VIRIDIS.map((_, shade) => values.flatMap((value, i) => (bin(value) === shade ? [i] : [])));
  const ends = [formatNumber(Number(low.toPrecision(4))), formatNumber(Number(high.toPrecision(4)))] as const;
  return {
    description: `Shades: ${label || "values"} from ${ends[0]} to ${ends[1]}.`,
    legendWidth: Math.min(200, Math.max(60 + 7 * Math.max(4, ...ends.map((end) => end.length)), 34 + 7 * label.length)),
    dots: (x, y) =>
      members.map((indices, shade) => ({
        color: VIRIDIS[shade]!,
        x: indices.map((k) => x[k]!),
        y: indices.map((k) => y[k]!),
      })),
    marks: () => "",
    legend: (left, top) => {
      const side = 10;
      const bars = VIRIDIS.map(
        (color, i) =>
          `<rect x="${left}" y="${top + 8 + (VIRIDIS.length - 1 - i) * side}" width="12" height="${side}" fill="${color}"/>`,
      ).join("");
      const bottom = top + 8 + VIRIDIS.length * side;
      return (
        bars +
        text(ends[1], left + 18, top + 14) +
        text(ends[0], left + 18, bottom - 5) +
        text(label, left, bottom + 16)
      );
    },
  };
}

/** A rim in the colour of the paper keeps names legible among dots. */
const HALO = `stroke="${ROLES.paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`;

function text(content: string, x: number, y: number, style = `font-size="12"`): string {
  const place = `x="${Math.round(x)}" y="${Math.round(y)}" dominant-baseline="central"`;
  return `<text ${place} font-family="${escapeText(FONTS)}" fill="${ROLES.text}" ${style}>${escapeText(content)}</text>`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
