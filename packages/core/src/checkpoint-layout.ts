/** How the checkpoints of a run lie in a folder: what training writes, and what loading a model reads. */
export interface CheckpointLayout {
  /** The file of a checkpoint with its tensors. */
  readonly tensors: string;
  /** The file of a checkpoint that says what else there is, with checksums. */
  readonly manifest: string;
  /** The file beside the checkpoints that their histories have in common. */
  readonly history: string;
  /** The name under which the state after a step is kept. */
  nameOf(step: number): string;
  /** Whether a name in the folder is a checkpoint's. */
  isName(name: string): boolean;
  /** The step that a name stands for. */
  stepOf(name: string): number;
  /** Names in the order of their steps, which is not that of their letters beyond a billion. */
  inOrder(names: readonly string[]): string[];
}

const stepOf = (name: string): number => Number(name.replace(/^step-/, ""));

/** See {@link CheckpointLayout}. */
export const checkpointLayout: CheckpointLayout = {
  ...{ tensors: "tensors.safetensors", manifest: "manifest.json", history: "history.log" },
  nameOf: (step) => `step-${String(step).padStart(9, "0")}`,
  isName: (name) => /^step-\d+$/.test(name),
  stepOf,
  inOrder: (names) => [...names].sort((a, b) => stepOf(a) - stepOf(b)),
};
