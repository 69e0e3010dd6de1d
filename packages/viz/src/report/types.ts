import type { HistoryRow } from "@latentkit/core";
import type { Picture } from "../picture/picture.js";

/** One number of a report. */
export interface ReportMetric {
  readonly name: string;
  readonly value: number | string;
  /** How far the value may be off, written as ±. */
  readonly standardError?: number;
  /** Such as "nats" or "dB". */
  readonly unit?: string;
  /** What it means, or how it was measured, in a few words. */
  readonly note?: string;
  /** True for the few numbers that stand large at the top. */
  readonly headline?: boolean;
}

/** One picture or chart of a report. */
export interface ReportFigure {
  readonly title: string;
  /** A picture, or the SVG text of a chart; a chart of the theme `page` follows light and dark. */
  readonly content: Picture | string;
  /** What can be seen, for readers who cannot. */
  readonly alt: string;
  readonly caption?: string;
  /** Whether it takes the whole width; pictures do when half is too little for them. */
  readonly wide?: boolean;
}

/** Named facts, such as the options of a model. */
export type ReportFacts = Readonly<Record<string, string | number | boolean>>;

/** What a report says. Everything but the title may be left out, and its section is then absent. */
export interface Report {
  readonly title: string;
  /** One or two sentences below the title. */
  readonly lead?: string;
  /** What a reader must know first, such as why a run ended early. */
  readonly notices?: readonly string[];
  /** Groups of facts by heading: model, data, options, seed, backend, versions, time. */
  readonly facts?: Readonly<Record<string, ReportFacts>>;
  readonly metrics?: readonly ReportMetric[];
  /** The run's history: drawn as curves, one chart an objective, and offered for download. */
  readonly history?: readonly HistoryRow[];
  /** What losses are measured in, such as "nats per example"; stands by the curves' axes. */
  readonly lossUnit?: string;
  readonly figures?: readonly ReportFigure[];
}
