import type { Callback, TrainingEvent } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import type { SingleBar } from "cli-progress";

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  /** Logged values to show, by name; the first three unless given. */
  readonly show?: readonly string[];
  /** Where it is drawn; the error stream unless given, so that results can be piped. */
  readonly stream?: NodeJS.WriteStream;
}

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
  check("progressBar").known(options, ["show", "stream"]);
  let bar: SingleBar | undefined;
  const payload = ({ logs, stepsPerSecond }: TrainingEvent) => ({
    rate: stepsPerSecond.toFixed(stepsPerSecond < 10 ? 2 : 0),
    losses: (options.show ?? Object.keys(logs).slice(0, 3))
      .map((name) => `${name} ${logs[name] === undefined ? "–" : Number(logs[name].toPrecision(4))}`)
      .join("  "),
  });
  return {
    name: "progressBar",
    async onStart(event) {
      const stream = options.stream ?? globalThis.process?.stderr;
      if (!stream?.isTTY) return;
      const { default: progress } = await import("cli-progress");
      const known = event.totalSteps !== undefined;
      bar = new progress.SingleBar({
        stream,
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
