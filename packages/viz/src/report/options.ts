import { type Absent, type Defaulted, instance, listOf, type Needed, optional, text } from "@latentkit/core/authoring";
import { historyRows, isRecord, words } from "../internal/options.js";
import type { Report, ReportFigure, ReportMetric } from "./types.js";

const metric = instance<ReportMetric>(
  "a metric { name, value }",
  (given) => isRecord(given) && typeof given.name === "string" && ["number", "string"].includes(typeof given.value),
);

const figure = instance<ReportFigure>(
  "a figure { title, content, alt }",
  (given) =>
    isRecord(given) &&
    typeof given.title === "string" &&
    typeof given.alt === "string" &&
    (typeof given.content === "string" || isRecord(given.content)),
);

/** What a report may say. */
export const REPORT: Needed<Pick<Report, "title">> &
  Absent<Pick<Report, "lead" | "facts" | "history" | "lossUnit">> &
  Defaulted<Pick<Report, "notices" | "metrics" | "figures">> = {
  title: text({ pattern: /\S/ }),
  lead: optional(words),
  notices: listOf(words, { default: [] }),
  facts: optional(
    instance<NonNullable<Report["facts"]>>(
      "facts by heading, such as { Run: { seed: 1 } }",
      (given) => isRecord(given) && Object.values(given).every(isRecord),
    ),
  ),
  metrics: listOf(metric, { default: [] }),
  history: optional(historyRows),
  lossUnit: optional(words),
  figures: listOf(figure, { default: [] }),
};
