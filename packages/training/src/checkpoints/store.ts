/** The files of one checkpoint by name. */
export type CheckpointFiles = Readonly<Record<string, Uint8Array>>;

/** A place that keeps checkpoints; each is whole or absent. */
export interface CheckpointStore {
  /** Names the place in messages. */
  readonly location: string;
  /** Names of the checkpoints, oldest first. */
  list(): Promise<string[]>;
  read(name: string): Promise<CheckpointFiles>;
  write(name: string, contents: CheckpointFiles): Promise<void>;
  remove(name: string): Promise<void>;
}
