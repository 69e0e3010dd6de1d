/**
 * How a chart is coloured. `light` and `dark` are for files of their own; `page` takes the colours from the page that the
 * SVG is put into, as {@link reportHtml} does, and is light elsewhere.
 */
export type ChartTheme = "dark" | "light" | "page";

/** The roles that colours play in a chart, in light. Each colour stands for one role: themes replace them by value. */
export const ROLES = {
  text: "#1c2126",
  muted: "#57606b",
  axis: "#8d96a1",
  grid: "#e3e7eb",
  paper: "#ffffff",
} as const;

/**
 * Colours of lines and classes, in the order in which they are used. Found by search: any two of the ten stay at least 11
 * apart (100 · Oklab) as people with normal vision, protanopia, deuteranopia and tritanopia see them, any two of the first
 * six at least 14, and each stands out from the paper.
 *
 * Source: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009,
 * https://doi.org/10.1109/TVCG.2009.113; Ottosson, "A perceptual color space for image processing", 2020,
 * https://bottosson.github.io/posts/oklab/
 */
export const SERIES: readonly string[] = [
  ...["#1f6fc4", "#e0741c", "#4c276e", "#b7331b", "#ad93fc"],
  ...["#7a000f", "#0723c4", "#48bfaf", "#7a4a70", "#8f7986"],
];

/** The same roles on a dark ground. */
export const DARK_ROLES: Readonly<Record<keyof typeof ROLES, string>> = {
  text: "#e8ebef",
  muted: "#a2abb5",
  axis: "#6d7783",
  grid: "#2a3037",
  paper: "#15181c",
};

/** The same series on a dark ground. */
export const DARK_SERIES: readonly string[] = [
  ...["#5aa7f2", "#f79044", "#8f4ff9", "#ffd501", "#4decff"],
  ...["#cf3a00", "#a39ca2", "#aed7a8", "#9f3dad", "#2f836b"],
];

/** Dashes of lines, so that colour is not all that tells them apart. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];

/** A chart in the colours of a theme: replaces the light ones wherever they stand. */
export function applyTheme(svg: string, theme: ChartTheme): string {
  if (theme === "light") return svg;
  let themed = svg;
  for (const [name, light, dark] of themeColors()) {
    themed = themed.replaceAll(`"${light}"`, theme === "dark" ? `"${dark}"` : `"var(--lk-${name}, ${light})"`);
  }
  return themed;
}

/** Custom properties that a page sets for charts of the theme `page`, in light or in dark. */
export function themeVariables(dark: boolean): string {
  return themeColors()
    .map(([name, light, night]) => `--lk-${name}:${dark ? night : light}`)
    .join(";");
}

function themeColors(): (readonly [name: string, light: string, dark: string])[] {
  const roles = (Object.keys(ROLES) as (keyof typeof ROLES)[]).map(
    (role) => [role, ROLES[role], DARK_ROLES[role]] as const,
  );
  return [...roles, ...SERIES.map((light, i) => [`series-${i}`, light, DARK_SERIES[i]!] as const)];
}
