import { resolveOptions } from "@latentkit/core/authoring";
import { escapeText } from "../internal/escape.js";
import { curveFigures } from "./curve-figures.js";
import { REPORT } from "./options.js";
import { downloads, factCards, figureHtml, metricTable, tiles } from "./parts.js";
import { STYLE } from "./style.js";
import type { Report } from "./types.js";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** Nothing may be loaded and nothing may run: a report is safe to open wherever it came from. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** A cloud of codes that narrows to a point and opens again. */
const LOGO =
  '<svg viewBox="0 0 22 22" aria-hidden="true"><path d="M2 2.5 10 11 2 19.5zM20 2.5 12 11l8 8.5z" fill="none" stroke="var(--accent)" stroke-width="1.8" stroke-linejoin="round"/><circle cx="11" cy="11" r="1.7" fill="var(--accent)"/></svg>';

/**
 * A report as one HTML document that needs nothing else: no network, no script, its style, charts and pictures within it,
 * light or dark as the reader's system is, fit to print, with headings and alternative texts. The history is drawn as curves
 * and can be downloaded from it as JSON and CSV.
 *
 * All text is escaped. The SVG text of charts is put in as it is: take it from the functions of this package.
 *
 * @throws ConfigError for an unknown part or an empty title.
 * @example
 * ```ts
 * import { reportHtml } from "@latentkit/viz";
 * const html = reportHtml({
 *   title: "Digits, 16 dimensions",
 *   facts: { Run: { seed: 1, steps: 2000 } },
 *   metrics: [{ name: "ELBO", value: -103.2, standardError: 0.4, unit: "nats", headline: true }],
 *   history: [1, 2, 3].map((step) => ({ step, "vae/loss": 200 / step })),
 * });
 * ```
 */
export function reportHtml(report: Report): string {
  const resolved = resolveOptions("reportHtml", REPORT, report);
  const { title, lead, notices, facts = {}, metrics, history = [], lossUnit, figures } = resolved;

  const curves = curveFigures(history, lossUnit);
  const grid = (list: typeof figures): string => `<div class="grid">${list.map(figureHtml).join("")}</div>`;
  const sections: readonly (Section | false)[] = [
    metrics.length > 0 && { id: "metrics", title: "Metrics", body: metricTable(metrics) },
    curves.length > 0 && { id: "curves", title: "Curves", body: grid(curves) },
    figures.length > 0 && { id: "pictures", title: "Pictures", body: grid(figures) },
    Object.keys(facts).length > 0 && { id: "run", title: "The run", body: factCards(facts) },
    history.length > 0 && { id: "history", title: "History", body: downloads(history) },
  ];
  const present = sections.filter((section): section is Section => section !== false);
  const links = present.map(({ id, title: name }) => `<a href="#${id}">${name}</a>`).join("");
  const body = [
    '<a class="skip" href="#main">Skip to content</a><div class="page"><header>',
    `<div class="mark">${LOGO}<span>LatentKit · training report</span></div>`,
    `<h1>${escapeText(title)}</h1>`,
    lead === undefined ? "" : `<p class="lead">${escapeText(lead)}</p>`,
    ...notices.map((notice) => `<p class="notice" role="note">${escapeText(notice)}</p>`),
    tiles(metrics.filter(({ headline }) => headline)),
    present.length > 1 ? `<nav aria-label="Sections">${links}</nav>` : "",
    '</header><main id="main">',
    ...present.map(
      (section) =>
        `<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${section.title}</h2>${section.body}</section>`,
    ),
    "</main><footer>Made by LatentKit. This file holds everything it shows and loads nothing.</footer></div>",
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>${escapeText(title)}</title><style>${STYLE}</style></head><body>`,
    ...body,
    "</body></html>\n",
  ].join("\n");
}
