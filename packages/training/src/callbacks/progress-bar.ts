import type { Callback, TrainingEvent } from "@latentkit/core";
import { instance, listOf, optional, resolveOptions, text } from "@latentkit/core/authoring";
import type { SingleBar } from "cli-progress";

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  /** Logged values to show, by name. Default the first three. */
  readonly show?: readonly string[];
  /** Where it is drawn. Default the error stream, so that results can be piped. */
  readonly stream?: NodeJS.WriteStream;
}

const OPTIONS = {
  show: optional(listOf(text())),
  stream: optional(
    instance<NodeJS.WriteStream>("a stream such as process.stderr", (value) => {
      return typeof (value as NodeJS.WriteStream | null)?.write === "function";
    }),
  ),
};

/**
 * Draws a bar with steps per second, the time left and the newest losses in a terminal. Silent when there is no terminal.
 *
 * @example
 * ```ts
 * import { progressBar } from "@latentkit/training";
 * const callbacks = [progressBar({ show: ["vae/loss", "vae/kl"] })];
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): Callback {
  const { show, stream } = resolveOptions("progressBar", OPTIONS, options);
  let bar: SingleBar | undefined;
  const payload = ({ logs, stepsPerSecond }: TrainingEvent) => ({
    rate: stepsPerSecond.toFixed(stepsPerSecond < 10 ? 2 : 0),
    losses: (show ?? Object.keys(logs).slice(0, 3))
      .map((name) => `${name} ${logs[name] === undefined ? "–" : Number(logs[name].toPrecision(4))}`)
      .join("  "),
  });
  return {
    name: "progressBar",
    async onStart(event) {
      const terminal = stream ?? globalThis.process?.stderr;
      if (!terminal?.isTTY) return;
      const { default: progress } = await import("cli-progress");
      const known = event.totalSteps !== undefined;
      bar = new progress.SingleBar({
        stream: terminal,
        format: known
          ? "{bar} {percentage}% | step {value}/{total} | {rate} steps/s | {eta_formatted} left | {losses}"
          : "step {value} | {rate} steps/s | {duration_formatted} | {losses}",
        barsize: 24,
        hideCursor: true,
        etaBuffer: 50,
      });
      bar.start(event.totalSteps ?? 0, event.step, payload(event));
    },
    onStep: (event) => bar?.update(event.step, payload(event)),
    onEnd(event) {
      bar?.update(event.step, payload(event));
      bar?.stop();
      bar = undefined;
    },
  };
}
