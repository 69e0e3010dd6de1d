import type { Callback, TrainingEvent } from "@latentkit/core";
import { check, integer, optional, resolveOptions, text } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { formatDuration } from "../internal/format-duration.js";
import { called } from "../internal/options.js";
import { environmentFacts } from "../report/environment-facts.js";
import { REPORT } from "../report/options.js";
import { reportHtml } from "../report/report-html.js";
import type { Report, ReportFigure, ReportMetric } from "../report/types.js";

/** Options of {@link report}. */
export interface ReportOptions extends Pick<Report, "title" | "lead" | "facts" | "lossUnit"> {
  /** The file to write, such as `runs/first/report.html`. */
  readonly path?: string;
  /** Receives the document instead, or too. */
  readonly onReport?: (html: string) => void | Promise<void>;
  /** Steps between two reports while the run goes on. Default only one at the end. */
  readonly every?: number;
  /** Draws pictures and charts, each time a report is written. */
  readonly figures?: (event: TrainingEvent) => readonly ReportFigure[] | Promise<readonly ReportFigure[]>;
  /** Measures the model, at the end only. */
  readonly metrics?: (event: TrainingEvent) => readonly ReportMetric[] | Promise<readonly ReportMetric[]>;
}

const { title, lead, facts, lossUnit } = REPORT;
const OPTIONS = {
  ...{ title, lead, facts, lossUnit },
  path: optional(text()),
  onReport: optional(called<NonNullable<ReportOptions["onReport"]>>("a function that receives the document")),
  every: optional(integer({ min: 1 })),
  figures: optional(called<NonNullable<ReportOptions["figures"]>>("a function that draws figures")),
  metrics: optional(called<NonNullable<ReportOptions["metrics"]>>("a function that measures")),
};

/**
 * A callback that writes a run's report with {@link reportHtml}: its facts, curves and history come by themselves, pictures
 * and metrics from functions. It is written at the end, also of a run that was stopped or failed, and every so many steps when
 * asked. When pictures or metrics cannot be made, because weights are NaN for instance, the report says so and has the rest.
 *
 * @throws ConfigError for options out of range, or neither `path` nor `onReport`.
 * @example
 * ```ts
 * import { report } from "@latentkit/viz";
 * const callbacks = [report({ title: "First run", path: "runs/first/report.html", facts: { Model: { "latent size": 16 } } })];
 * ```
 */
export function report(options: ReportOptions): Callback {
  const owner = "report";
  const { path, onReport, every, figures, metrics, facts, ...head } = resolveOptions(owner, OPTIONS, options);
  check(owner).that("path", path, path !== undefined || onReport !== undefined, "a file, unless `onReport` is given");
  /** Seconds of the run before it was resumed. */
  let before = 0;
  let start = Date.now();
  const seconds = (): number => before + (Date.now() - start) / 1000;

  const write = async (event: TrainingEvent, atEnd: boolean): Promise<void> => {
    const notices: string[] = [];
    const attempt = async <T>(what: string, make?: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await make?.();
      } catch (error) {
        notices.push(`${what} could not be made: ${(error as Error).message}`);
        return undefined;
      }
    };
    const { step, epoch, totalSteps } = event;
    const drawn = await attempt("The pictures", figures && (() => figures(event)));
    const measured = atEnd ? await attempt("The metrics", metrics && (() => metrics(event))) : undefined;
    if (totalSteps !== undefined && step < totalSteps) {
      notices.unshift(
        atEnd ? `The run ended after step ${step} of ${totalSteps}.` : `Running: step ${step} of ${totalSteps}.`,
      );
    }
    const html = reportHtml({
      ...head,
      notices,
      ...{ history: event.history, figures: drawn, metrics: measured },
      facts: {
        ...facts,
        Run: { Steps: step, Epochs: epoch, Time: formatDuration(seconds()), ...facts?.Run },
        Environment: { ...environmentFacts(), ...facts?.Environment },
      },
    });
    if (path !== undefined) await files.writeBytes(path, new TextEncoder().encode(html));
    await onReport?.(html);
  };

  return {
    name: owner,
    onStart: () => {
      start = Date.now();
    },
    ...(every === undefined ? {} : { every, onStep: (event: TrainingEvent) => write(event, false) }),
    onEnd: (event) => write(event, true),
    save: () => ({ seconds: seconds() }),
    load: (state) => {
      before = (state as { readonly seconds: number }).seconds;
    },
  };
}
