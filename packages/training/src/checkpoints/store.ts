/** The files of one checkpoint by name. */
export type CheckpointFiles = Readonly<Record<string, Uint8Array>>;

/** A place that keeps checkpoints; each is whole or absent. */
export interface CheckpointStore {
  /** Names the place in messages. */
  readonly location: string;
  /** Names of the checkpoints, oldest first. */
  list(): Promise<string[]>;
  /** The files of one checkpoint. */
  read(name: string): Promise<CheckpointFiles>;
  /** Keeps a checkpoint; one of that name is replaced. */
  write(name: string, contents: CheckpointFiles): Promise<void>;
  /** Forgets a checkpoint; no error when it is absent. */
  remove(name: string): Promise<void>;
}
