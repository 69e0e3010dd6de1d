import {
  type Batch,
  type PreparedStep,
  type Random,
  type StepProgram,
  stepContext,
  UnsupportedError,
} from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { optimize } from "../passes/optimize.js";
import { type RecordedStep, recordStep } from "../recorder/record.js";
import { findFrozen } from "../recorder/same.js";
import type { Runtime } from "../runtime/load.js";
import type { StateStore } from "../runtime/store.js";
import { affordableExamples, checkSample } from "./check-sample.js";
import { CompiledStep } from "./compiled.js";
import { nameDifferingKernel } from "./name-kernel.js";
import { compareUpdate } from "./verify.js";

/** What the programs of one run share. */
export interface SharedRuntime {
  readonly runtime: Runtime;
  readonly store: StateStore;
}

/** How a program's results are checked. */
export interface PreparedOptions {
  readonly verifySteps: number;
  readonly tolerance: number;
  readonly warn: (line: string) => void;
  /** Why the run is better left eager, if it is; asked at the first update. */
  readonly reasonToStayEager: () => string | undefined;
  /** Takes what closes a program's sessions, to be done when all programs of the run are disposed. */
  readonly release: (close: () => void) => Promise<void>;
}

type Logs = Readonly<Record<string, tf.Scalar | number>>;

/** One shape of batches: each has a graph of its own. */
interface Variant {
  readonly recorded: RecordedStep;
  readonly step: CompiledStep;
  /** Updates run, those that were compared included. */
  updates: number;
}

/** Shapes of batches that are compiled: the usual one, a last partial one, and room for a change of size. */
const MAX_VARIANTS = 4;

/** Examples to compare on the `cpu` backend where the backend in use lacks a kernel. */
const MISSING_KERNEL_EXAMPLES = 4;

/** A program that is recorded and compiled at its first update, and run eagerly when that cannot be. */
export class PreparedOnnxStep implements PreparedStep {
  readonly #program: StepProgram;
  readonly #random: Random;
  readonly #shared: () => Promise<SharedRuntime>;
  readonly #options: PreparedOptions;
  readonly #variants = new Map<string, Variant>();
  #loaded: SharedRuntime | undefined;
  #eager = false;
  #disposed = false;
  #kernelsMissing = "";

  constructor(program: StepProgram, random: Random, shared: () => Promise<SharedRuntime>, options: PreparedOptions) {
    // Each variable once: by its index it is known which of them is read and written.
    const variables = [...new Set(program.variables)];
    this.#program = { name: program.name, variables, run: (batch, context) => program.run(batch, context) };
    this.#random = random;
    this.#shared = shared;
    this.#options = options;
  }

  async run(batch: Batch, update: number): Promise<Logs> {
    const variant = this.#eager ? undefined : await this.#variant(batch);
    if (variant === undefined) return this.#runEagerly(batch, update);
    variant.updates++;
    if (variant.updates <= this.#options.verifySteps) {
      const logs = await this.#check(variant, batch, update);
      if (logs !== undefined) return logs;
    }
    if (isPowerOfFour(variant.updates)) await this.#recordAgain(variant, batch);
    if (this.#eager) return this.#runEagerly(batch, update);
    return variant.step.advance(batch, this.#random, update);
  }

  async pull(): Promise<void> {
    await this.#loaded?.store.give(this.#program.variables);
  }

  async push(): Promise<void> {
    this.#loaded?.store.stale(this.#program.variables);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const steps = [...this.#variants.values()].map(({ step }) => step);
    this.#variants.clear();
    void this.#options.release(() => {
      for (const step of steps) void step.dispose();
    });
  }

  /** The compiled step for batches of this shape, or nothing when the program runs eagerly. */
  async #variant(batch: Batch): Promise<Variant | undefined> {
    const key = Object.entries(batch)
      .map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape.join()}]`)
      .join();
    const known = this.#variants.get(key);
    if (known !== undefined || this.#variants.size >= MAX_VARIANTS) return known;
    const reason = this.#loaded === undefined ? this.#options.reasonToStayEager() : undefined;
    if (reason !== undefined) {
      this.#giveUp(reason);
      return undefined;
    }
    try {
      this.#loaded ??= await this.#shared();
      const { runtime, store } = this.#loaded;
      const recorded = await recordStep(this.#program, batch);
      const frozen = findFrozen(recorded, await recordStep(this.#program, batch));
      if (frozen !== undefined) throw new UnsupportedError(`compile: recorded twice, the step changes ${frozen}`);
      const variablesOf = (indices: readonly number[]) => indices.map((index) => this.#program.variables[index]!);
      const graph = optimize(recorded.graph, (indices) => store.fits(variablesOf(indices)));
      const step = await CompiledStep.create(this.#program, graph, recorded.draws, store, runtime);
      const variant: Variant = { recorded, step, updates: 0 };
      this.#variants.set(key, variant);
      return variant;
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      this.#giveUp(error.message);
      return undefined;
    }
  }

  /** Eagerly, with the newest weights. */
  async #runEagerly(batch: Batch, update: number): Promise<Logs> {
    const { variables, name } = this.#program;
    await this.#loaded?.store.give(variables);
    const logs = this.#program.run(batch, stepContext(this.#random.stream(name).at(update), update, true));
    this.#loaded?.store.stale(variables);
    return logs;
  }

  /**
   * Compares the compiled step with the eager one. Where the whole batch can be computed eagerly the eager result counts
   * and is returned; otherwise a few examples are compared, once.
   */
  async #check(variant: Variant, batch: Batch, update: number): Promise<Logs | undefined> {
    const backend = tf.getBackend();
    const size = Object.values(batch)[0]?.shape[0] ?? 1;
    const examples = backend === "cpu" ? affordableExamples(variant.recorded.graph, size) : size;
    if (examples === size) {
      try {
        return await this.#runBoth(variant, batch, update);
      } catch (error) {
        if (!/^Kernel '\w+' not registered/.test((error as Error).message)) throw error;
        this.#kernelsMissing = (error as Error).message;
      }
    }
    if (variant.updates === 1) await this.#checkSample(batch, Math.min(examples, MISSING_KERNEL_EXAMPLES));
    return undefined;
  }

  async #checkSample(batch: Batch, examples: number): Promise<void> {
    const { tolerance, warn } = this.#options;
    if (tf.findBackend("cpu") === null) {
      warn(`onnx: '${this.#program.name}' is compiled unchecked: ${this.#kernelsMissing}.`);
      return;
    }
    const options = { examples, tolerance, backend: "cpu" };
    const { runtime, store } = this.#loaded!;
    await store.give(this.#program.variables);
    const difference = await checkSample(this.#program, runtime, batch, this.#random, options);
    if (difference !== undefined) this.#giveUp(`compiled and eager results differ: ${difference}`);
  }

  /** Both ways; the eager result is what counts. */
  async #runBoth(variant: Variant, batch: Batch, update: number): Promise<Logs> {
    const { logs, difference } = await compareUpdate({
      step: variant.step,
      runEagerly: () => this.#runEagerly(batch, update),
      give: () => this.#loaded!.store.give(this.#program.variables),
      batch,
      random: this.#random,
      update,
      tolerance: this.#options.tolerance,
    });
    if (difference !== undefined) {
      const { runtime } = this.#loaded!;
      const culprit = await nameDifferingKernel(this.#program, variant.recorded, runtime, batch, this.#random, update);
      this.#giveUp(
        `compiled and eager results differ${culprit === undefined ? "" : ` from ${culprit}`}: ${difference}`,
      );
    }
    return logs;
  }

  /** Looks for things that only change later, such as a number that a callback moves. */
  async #recordAgain(variant: Variant, batch: Batch): Promise<void> {
    const frozen = findFrozen(variant.recorded, await recordStep(this.#program, batch));
    if (frozen !== undefined) this.#giveUp(`from update ${variant.updates - 1} on the step changes ${frozen}`);
  }

  #giveUp(reason: string): void {
    this.#eager = true;
    this.#options.warn(`onnx: '${this.#program.name}' runs eagerly: ${reason.replace(/^compile: |\.$/g, "")}.`);
  }
}

function isPowerOfFour(n: number): boolean {
  return n > 2 && Number.isInteger(Math.log2(n) / 2);
}
