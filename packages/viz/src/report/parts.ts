import type { HistoryRow } from "@latentkit/core";
import { historyNames } from "../charts/loss-curves.js";
import { textToBase64 } from "../internal/base64.js";
import { escapeText } from "../internal/escape.js";
import { formatNumber } from "../internal/format-number.js";
import { pngDataUrl } from "../picture/png.js";
import type { ReportFacts, ReportFigure, ReportMetric } from "./types.js";

/** The few numbers that stand large at the top. */
export function tiles(metrics: readonly ReportMetric[]): string {
  if (metrics.length === 0) return "";
  const tile = (metric: ReportMetric): string => {
    const unit = [errorText(metric), metric.unit].filter(Boolean).map((text) => ` <small>${escapeText(text!)}</small>`);
    return `<div><dt>${escapeText(metric.name)}</dt><dd>${escapeText(valueText(metric))}${unit.join("")}</dd></div>`;
  };
  return `<dl class="tiles">${metrics.map(tile).join("")}</dl>`;
}

/** All numbers. */
export function metricTable(metrics: readonly ReportMetric[]): string {
  const rows = metrics.map((metric) => {
    const error = errorText(metric);
    const value = `${escapeText(valueText(metric))}${error === "" ? "" : ` <span class="soft">${escapeText(error)}</span>`}`;
    return `<tr><th scope="row">${escapeText(metric.name)}</th><td class="number">${value}</td><td>${escapeText(metric.unit ?? "")}</td><td class="note">${escapeText(metric.note ?? "")}</td></tr>`;
  });
  const head =
    '<thead><tr><th scope="col">Measure</th><th scope="col" class="number">Value</th><th scope="col">Unit</th><th scope="col">Meaning</th></tr></thead>';
  return `<div class="card scroll"><table>${head}<tbody>${rows.join("")}</tbody></table></div>`;
}

/** A number with as many decimals as its error has meaning in. */
function valueText({ value, standardError }: ReportMetric): string {
  if (typeof value === "string") return value;
  if (!standardError || !Number.isFinite(standardError) || !Number.isFinite(value)) return formatNumber(value);
  const decimals = decimalsOf(standardError);
  if (decimals > 6 || Math.abs(value) >= 1e7) return formatNumber(value);
  return value
    .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", "−");
}

function errorText({ standardError }: ReportMetric): string {
  if (standardError === undefined) return "";
  const decimals = standardError > 0 && Number.isFinite(standardError) ? decimalsOf(standardError) : 0;
  return `± ${decimals > 6 || decimals === 0 ? formatNumber(Number(standardError.toPrecision(2))) : standardError.toFixed(decimals)}`;
}

/** Decimals that show two digits of an error. */
function decimalsOf(standardError: number): number {
  return Math.max(0, 1 - Math.floor(Math.log10(standardError)));
}

/** Facts by heading, a card each. */
export function factCards(groups: Readonly<Record<string, ReportFacts>>): string {
  const cards = Object.entries(groups).map(([heading, facts]) => {
    const lines = Object.entries(facts).map(
      ([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(factText(value))}</dd>`,
    );
    return `<div class="card"><h3>${escapeText(heading)}</h3><dl>${lines.join("")}</dl></div>`;
  });
  return `<div class="facts">${cards.join("")}</div>`;
}

/** Facts are repeated, not read off: numbers keep all their digits. */
function factText(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** Width of a picture that half the page has room for. */
const HALF = 500;

/** A picture or a chart with its caption. */
export function figureHtml({ title, content, alt, caption, wide }: ReportFigure): string {
  // A sheet that half the page would shrink takes the whole: its pixels and labels then stay as they are.
  const whole = wide ?? (typeof content !== "string" && content.width > HALF);
  const text = caption === undefined ? "" : `<p>${escapeText(caption)}</p>`;
  const heading = `<figcaption><h3>${escapeText(title)}</h3>${text}</figcaption>`;
  const start = `<figure class="card${whole ? " wide" : ""}">${heading}`;
  if (typeof content === "string")
    return `${start}<div class="chart" role="img" aria-label="${escapeText(alt)}">${content}</div></figure>`;
  const { width, height, clipped } = content;
  const note =
    clipped === 0
      ? ""
      : `<p class="soft"><small>${formatNumber(clipped)} values outside the range were clipped.</small></p>`;
  const image = `<img src="${pngDataUrl(content)}" width="${width}" height="${height}" alt="${escapeText(alt)}">`;
  return `${start}<div class="shot">${image}</div>${note}</figure>`;
}

/** The history as files within the document, and its last row as a table. */
export function downloads(history: readonly HistoryRow[]): string {
  const names = ["step", "epoch", ...historyNames(history)].filter((name) => history.some((row) => name in row));
  const csv = [names, ...history.map((row) => names.map((name) => row[name] ?? ""))];
  const files = {
    "history.json": ["application/json", JSON.stringify(history)],
    "history.csv": ["text/csv", `${csv.map((cells) => cells.map(csvCell).join(",")).join("\n")}\n`],
  } as const;
  const links = Object.entries(files).map(
    ([name, [type, text]]) =>
      `<a download="${name}" href="data:${type};base64,${textToBase64(text)}">Download ${name}</a>`,
  );
  const last = names.map((name) => [name, history.findLast((row) => name in row)?.[name]] as const);
  const cells = last.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeText(name)}</th><td class="number">${escapeText(formatNumber(value ?? Number.NaN))}</td></tr>`,
  );
  const caption = `<p class="soft">${formatNumber(history.length)} rows. The last value of each:</p>`;
  return `<div class="card"><div class="downloads">${links.join("")}</div>${caption}<div class="scroll"><table><thead><tr><th scope="col">Value</th><th scope="col" class="number">Last</th></tr></thead><tbody>${cells.join("")}</tbody></table></div></div>`;
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
