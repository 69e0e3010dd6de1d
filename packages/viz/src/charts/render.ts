import { LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeText } from "../internal/escape.js";
import type { AxisScale } from "./axis.js";
import { applyTheme, type ChartTheme, ROLES } from "./theme.js";

/** Fonts of the reader's system: nothing has to be loaded. */
export const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";

/** What every chart has. */
export interface Frame {
  readonly title: string;
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly theme: ChartTheme;
}

let registered = false;

/** Registers the parts of echarts that are used, once: the package stays free of side effects when it is imported. */
function register(): void {
  if (registered) return;
  use([LineChart, GridComponent, SVGRenderer]);
  registered = true;
}

/**
 * Draws a chart as an SVG document, without a browser.
 *
 * @param overlay - SVG that is put on top, escaped already.
 */
export function renderSvg(frame: Frame, option: EChartsCoreOption, overlay = ""): string {
  register();
  const { width, height, title, description, theme } = frame;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONTS, fontSize: 12, color: ROLES.muted },
      ...option,
    });
    const svg = clean(chart.renderToSVGString(), `${title}\n${description}\n${overlay.length}`);
    const head = `<svg width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`;
    const text = `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>`;
    return applyTheme(
      `${head}${text}${svg.slice(svg.indexOf(">") + 1).replace(/<\/svg>\s*$/, "")}${overlay}</svg>`,
      theme,
    );
  } finally {
    chart.dispose();
  }
}

/**
 * Removes what serves a mouse only, and gives ids that depend on the content: two charts on one page must not share them,
 * and the same chart is the same text every time.
 */
function clean(svg: string, seed: string): string {
  const bare = svg
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, "")
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/\n\s*/g, "")
    .replace(/(id="|url\(#)zr\d+-/g, "$1zr-");
  return bare.replace(/(id="|url\(#)zr-/g, `$1lk${hash(bare + seed)}-`);
}

/** FNV-1a, 32 bits, in base 36. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}

/** Room for the numbers of a vertical axis, in pixels. */
export function marginFor({ ticks, label }: AxisScale): number {
  return 20 + 6.8 * Math.max(2, ...ticks.map((tick) => label(tick).length));
}

/**
 * An echarts axis with our own scale: its numbers stand where ours say.
 *
 * @param margin - Of a vertical axis: where its name begins.
 */
export function axisOption(scale: AxisScale, name: string, side: "x" | "y", margin = 0): object {
  const { min, max, ticks, label } = scale;
  const across = side === "x";
  return {
    // The ticks are given, so echarts need not look for round ones: it cannot where values differ in their fifth digit only.
    ...{ type: "value", min, max, name, interval: max - min },
    nameLocation: across ? "middle" : "end",
    nameGap: across ? 28 : 14,
    nameTextStyle: {
      color: ROLES.muted,
      fontSize: 12,
      ...(across ? {} : { align: "left", padding: [0, 0, 0, 8 - margin] }),
    },
    axisLine: { show: across, lineStyle: { color: ROLES.axis }, onZero: false },
    axisTick: { show: across, length: 4, lineStyle: { color: ROLES.axis }, customValues: ticks },
    axisLabel: { color: ROLES.muted, fontSize: 11.5, customValues: ticks, formatter: label, hideOverlap: true },
    splitLine: { show: !across, lineStyle: { color: ROLES.grid }, customValues: ticks },
  };
}
