/** The name under which the state after a step is kept. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(9, "0")}`;
}

/** The step that a name stands for. */
export function stepOf(name: string): number {
  return Number(name.replace(/^step-/, ""));
}

/** Names in the order of their steps, which is not that of their letters beyond a billion. */
export function inOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => stepOf(a) - stepOf(b));
}
