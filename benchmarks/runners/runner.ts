import type { Workload } from "../workloads/index.js";

/** A workload made ready to run many steps. */
export interface Prepared {
  /** One training step, the loss read back: the step has ended when this settles. */
  step(): Promise<number>;
  dispose?(): void;
}

/** One way to run workloads. Each runs in a process of its own, so that backends do not disturb each other. */
export interface Runner {
  /** In the tables. */
  readonly name: string;
  /** Starts the backend; throws when it is not available here. @returns The device or version in words. */
  start(): Promise<string>;
  prepare(workload: Workload): Promise<Prepared>;
}
