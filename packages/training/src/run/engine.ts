import type {
  Batch,
  Compile,
  Executor,
  InferenceFunction,
  Json,
  PreparedFunction,
  PreparedStep,
  Random,
} from "@latentkit/core";
import { fetchHeld } from "@latentkit/core/authoring";
import type { ObjectiveProgram } from "./program.js";

/** What an executor has made ready for one run. */
export class Engine<B extends Batch> {
  /** The steps of the objectives, in their order. */
  readonly steps: readonly PreparedStep[];
  readonly #executor: Executor;
  readonly #programs: readonly ObjectiveProgram<B>[];
  readonly #functions: PreparedFunction[] = [];

  constructor(executor: Executor, programs: readonly ObjectiveProgram<B>[], noise: Random) {
    this.#executor = executor;
    this.#programs = programs;
    this.steps = executor.prepare(programs, noise);
  }

  /** Makes a function ready that is freed with the run. */
  readonly compile: Compile = (fn: InferenceFunction) => {
    const prepared = this.#executor.compile(fn);
    this.#functions.push(prepared);
    return prepared;
  };

  /** What a resumed run has to know of each step, by its objective's name. */
  save(): Record<string, Json> {
    const saved: Record<string, Json> = {};
    for (const [i, { name }] of this.#programs.entries()) {
      const state = this.steps[i]!.save?.();
      if (state !== undefined) saved[name] = state;
    }
    return saved;
  }

  /** Takes back what {@link Engine.save} gave. */
  load(saved: Readonly<Record<string, Json>>): void {
    for (const [i, { name }] of this.#programs.entries()) {
      const state = saved[name];
      if (state !== undefined) this.steps[i]!.load?.(state);
    }
  }

  /** Brings weights that are on a device where they can be used at once; where that fails, using them says why. */
  async ready(): Promise<void> {
    for (const { variables } of this.#programs) await fetchHeld(variables).catch(() => undefined);
  }

  async dispose(): Promise<void> {
    for (const step of this.steps) await step.dispose?.();
    for (const prepared of this.#functions) await prepared.dispose();
  }
}
