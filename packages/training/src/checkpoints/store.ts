/** The files of one checkpoint by name. */
export type CheckpointFiles = Readonly<Record<string, Uint8Array>>;

/** A place that keeps checkpoints; each is whole or absent. */
export interface CheckpointStore {
  /** Names the place in messages. */
  readonly location: string;
  /** Names of the checkpoints, in any order. Changes nothing: other processes look while a run is under way. */
  list(): Promise<string[]>;
  /** The files of one checkpoint. */
  read(name: string): Promise<CheckpointFiles>;
  /** Keeps a checkpoint; one of that name is replaced. */
  write(name: string, contents: CheckpointFiles): Promise<void>;
  /** Forgets a checkpoint; no error when it is absent. */
  remove(name: string): Promise<void>;
  /**
   * Makes the place this run's own until the function that it gives is called. Called before the first step, so that a place that cannot
   * be written is known then.
   *
   * @throws CheckpointError when another run writes there.
   */
  lock?(): Promise<() => Promise<void>>;
  /**
   * Adds bytes to what the checkpoints of the place have in common, from the position `at` on; what lies beyond is forgotten. They
   * are safe when it is done. A place that cannot do it keeps more in each checkpoint.
   */
  append?(at: number, bytes: Uint8Array): Promise<void>;
  /** All that {@link CheckpointStore.append} has kept. */
  appended?(): Promise<Uint8Array>;
}
