import type { Batch, Json, PreparedStep, Random, StepProgram } from "@latentkit/core";
import { fetchHeld, stepContext } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { optimize } from "../passes/optimize.js";
import { type RecordedStep, recordStep } from "../recorder/record.js";
import { findFrozen } from "../recorder/same.js";
import type { Runtime } from "../runtime/load.js";
import type { StateStore } from "../runtime/store.js";
import { CompiledStep } from "./compiled.js";
import { ProgramState } from "./program-state.js";
import { type Shared, sentence } from "./shared.js";
import { StepCheck } from "./step-check.js";

type Logs = Readonly<Record<string, tf.Scalar | number>>;

/** One shape of batches: each has a graph of its own. */
interface Variant {
  readonly shape: string;
  readonly recorded: RecordedStep;
  readonly step: CompiledStep;
  readonly check: StepCheck;
}

/** A program that is recorded and compiled at its first update, and run eagerly when that cannot be. */
export class PreparedOnnxStep implements PreparedStep {
  readonly #program: StepProgram;
  readonly #random: Random;
  readonly #shared: Shared;
  readonly #variants = new Map<string, Variant>();
  readonly #state = new ProgramState();
  /** Set where ONNX Runtime does not load, which is no finding about the program. */
  #unavailable = false;
  #disposed = false;

  constructor(program: StepProgram, random: Random, shared: Shared) {
    // Each variable once: by its index it is known which of them is read and written.
    const variables = [...new Set(program.variables)];
    this.#program = { name: program.name, variables, run: (batch, context) => program.run(batch, context) };
    this.#random = random.stream(program.name);
    this.#shared = shared;
  }

  async run(batch: Batch, update: number): Promise<Logs> {
    const variant = await this.#variant(batch);
    if (variant === undefined) return this.#runEagerly(batch, update);
    const count = this.#state.count(variant.shape);
    if (count <= this.#shared.options.verifySteps) {
      const { reason, logs } = await variant.check.run(batch, this.#random, update, count);
      if (reason !== undefined) this.#giveUp(reason);
      if (logs !== undefined) return logs;
    } else variant.check.dispose();
    if (isPowerOfFour(count)) await this.#recordAgain(variant, batch, count);
    if (this.#state.eager !== undefined) return this.#runEagerly(batch, update);
    return variant.step.advance(batch, this.#random.at(update), update);
  }

  save(): Json {
    return this.#state.save();
  }

  load(state: Json): void {
    this.#state.load(state);
    if (this.#state.eager !== undefined) this.#say(`as before: ${this.#state.eager}`);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const steps = [...this.#variants.values()].map(({ step, check }) => {
      check.dispose();
      return step;
    });
    this.#variants.clear();
    await this.#shared.release(steps);
  }

  /** The compiled step for batches of this shape, or nothing when the program runs eagerly. */
  async #variant(batch: Batch): Promise<Variant | undefined> {
    if (this.#unavailable || this.#state.eager !== undefined) return undefined;
    const shape = Object.entries(batch)
      .map(([name, tensor]) => `${name}:${tensor.dtype}[${tensor.shape.join()}]`)
      .join();
    const known = this.#variants.get(shape);
    if (known !== undefined) return known;
    const reason = this.#state.begun ? undefined : this.#shared.reasonToStayEager();
    if (reason !== undefined) {
      this.#giveUp(reason);
      return undefined;
    }
    if (!this.#state.admits(shape)) return undefined;
    const loaded = await this.#shared.load();
    if (loaded === undefined) {
      this.#unavailable = true;
      return undefined;
    }
    try {
      const variant = await this.#compile(shape, batch, loaded.runtime, loaded.store);
      this.#variants.set(shape, variant);
      return variant;
    } catch (error) {
      // What the program itself does wrong it does eagerly too, and says so then.
      this.#giveUp((error as Error).message);
      return undefined;
    }
  }

  async #compile(shape: string, batch: Batch, runtime: Runtime, store: StateStore): Promise<Variant> {
    const recorded = await recordStep(this.#program, batch);
    const frozen = findFrozen(recorded, await recordStep(this.#program, batch));
    if (frozen !== undefined) throw new Error(`recorded twice, the step changes ${frozen}`);
    const variablesOf = (indices: readonly number[]) => indices.map((index) => this.#program.variables[index]!);
    const graph = optimize(recorded.graph, (indices) => store.fits(variablesOf(indices)));
    const step = await CompiledStep.create(this.#program, graph, recorded.draws, store, runtime);
    return {
      shape,
      recorded,
      step,
      check: new StepCheck(this.#program, recorded, step, runtime, this.#shared.options),
    };
  }

  /** Eagerly, with the newest weights. */
  async #runEagerly(batch: Batch, update: number): Promise<Logs> {
    await fetchHeld(this.#program.variables);
    return this.#program.run(batch, stepContext(this.#random.at(update), update, true));
  }

  /** Looks for things that only change later, such as a number that a callback moves. */
  async #recordAgain(variant: Variant, batch: Batch, count: number): Promise<void> {
    const frozen = findFrozen(variant.recorded, await recordStep(this.#program, batch));
    if (frozen !== undefined) this.#giveUp(`from update ${count - 1} on the step changes ${frozen}`);
  }

  #giveUp(reason: string): void {
    this.#state.eager = sentence(reason);
    this.#say(this.#state.eager);
  }

  #say(reason: string): void {
    this.#shared.options.warn(`onnx: '${this.#program.name}' runs eagerly: ${reason}`);
  }
}

function isPowerOfFour(n: number): boolean {
  return n > 2 && Number.isInteger(Math.log2(n) / 2);
}
