const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Controllers whose signals wait for an interrupt: those that no run has used yet, and those of runs under way. */
const waiting = new Set<AbortController>();
const controllers = new WeakMap<AbortSignal, AbortController>();
const uses = new WeakMap<AbortSignal, number>();

/**
 * A signal that fires at the first Ctrl-C, and at the request to end that a system sends (SIGTERM), so that a run ends after its step
 * with a checkpoint; a second one ends the process as usual. One signal serves many runs: between them, and after the last, Ctrl-C
 * ends the process at once. Fires never where there are no process signals.
 *
 * @example
 * ```ts
 * import { abortOnInterrupt } from "@latentkit/training";
 * const options = { steps: 1000, signal: abortOnInterrupt() };
 * ```
 */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  controllers.set(controller.signal, controller);
  wait(controller);
  return controller.signal;
}

/** Tells that a run uses a signal; the function that it returns tells that the run is over. */
export function useSignal(signal: AbortSignal | undefined): () => void {
  const controller = signal && controllers.get(signal);
  if (signal === undefined || controller === undefined) return () => undefined;
  uses.set(signal, (uses.get(signal) ?? 0) + 1);
  if (!signal.aborted) wait(controller);
  return () => {
    const left = (uses.get(signal) ?? 1) - 1;
    uses.set(signal, left);
    if (left === 0) forget(controller);
  };
}

/** One listener a process, however many signals wait. */
function wait(controller: AbortController): void {
  if (waiting.size === 0) for (const name of SIGNALS) globalThis.process?.on?.(name, interrupt);
  waiting.add(controller);
}

function forget(controller: AbortController): void {
  if (!waiting.delete(controller) || waiting.size > 0) return;
  for (const name of SIGNALS) globalThis.process?.off?.(name, interrupt);
}

function interrupt(): void {
  for (const controller of [...waiting]) {
    forget(controller);
    controller.abort();
  }
}
