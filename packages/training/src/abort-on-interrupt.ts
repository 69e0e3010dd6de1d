/**
 * A signal that fires at the first Ctrl-C, so that a run ends after its step with a checkpoint; a second Ctrl-C ends the
 * process as usual. Fires never where there are no process signals.
 *
 * @example
 * ```ts
 * import { abortOnInterrupt } from "@latentkit/training";
 * const options = { steps: 1000, signal: abortOnInterrupt() };
 * ```
 */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  globalThis.process?.once?.("SIGINT", () => controller.abort());
  return controller.signal;
}
