import {
  type Batch,
  type InferenceFunction,
  type PreparedFunction,
  type Random,
  random as randomStream,
} from "@latentkit/core";
import { runEagerly } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { recordFunction } from "../recorder/record.js";
import { findFrozen } from "../recorder/same.js";
import { AFFORDABLE, productsOf } from "./check-sample.js";
import { agree } from "./compare.js";
import { FunctionSession } from "./function-session.js";
import { type Shared, sentence } from "./shared.js";

type Results = Readonly<Record<string, tf.Tensor>>;

/** Shapes of batches that are compiled. */
const MAX_SHAPES = 4;

/** A function that is recorded and compiled at its first call, and called eagerly when that cannot be. */
export class PreparedOnnxFunction implements PreparedFunction {
  readonly #fn: InferenceFunction;
  readonly #shared: Shared;
  readonly #sessions = new Map<string, Promise<FunctionSession>>();
  readonly #calls = new Map<string, number>();
  #eager = false;
  #disposed = false;

  constructor(fn: InferenceFunction, shared: Shared) {
    this.#fn = fn;
    this.#shared = shared;
  }

  async run(batch: Batch, random: Random = randomStream(0), update = 0): Promise<Results> {
    const shape = Object.entries(batch)
      .map(([name, tensor]) => `${name}:${tensor.dtype}[${tensor.shape.join()}]`)
      .join();
    const session = await this.#session(shape, batch);
    if (session === undefined) return runEagerly(this.#fn, batch, random, update);
    const calls = (this.#calls.get(shape) ?? 0) + 1;
    this.#calls.set(shape, calls);
    try {
      if (calls === 1 && this.#shared.options.verifySteps > 0) await this.#check(session, batch, random, update);
      if (calls > 2 && Number.isInteger(Math.log2(calls) / 2)) await this.#recordAgain(session, batch, calls);
    } catch (error) {
      this.#giveUp((error as Error).message);
    }
    return this.#eager ? runEagerly(this.#fn, batch, random, update) : session.run(batch, random, update);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#eager = true;
    const made = await Promise.allSettled(this.#sessions.values());
    await this.#shared.release(made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  }

  /** The session for batches of this shape, or nothing where the function is called eagerly. */
  async #session(shape: string, batch: Batch): Promise<FunctionSession | undefined> {
    if (this.#eager) return undefined;
    const known = this.#sessions.get(shape);
    if (known === undefined && this.#sessions.size >= MAX_SHAPES) return undefined;
    const loaded = await this.#shared.load();
    if (loaded === undefined || this.#shared.reasonToStayEager() !== undefined) {
      this.#eager = true;
      return undefined;
    }
    const making = this.#sessions.get(shape) ?? FunctionSession.create(this.#fn, batch, loaded.runtime);
    this.#sessions.set(shape, making);
    try {
      return await making;
    } catch (error) {
      if (!this.#eager) this.#giveUp((error as Error).message);
      return undefined;
    }
  }

  /** Compares the first call with an eager one, where that does not take minutes. */
  async #check(session: FunctionSession, batch: Batch, random: Random, update: number): Promise<void> {
    if (tf.getBackend() === "cpu" && productsOf(session.recorded.graph) > AFFORDABLE) return;
    for (const { name, ...sides } of await session.compare(batch, random, update)) {
      if (agree(sides, this.#shared.options.tolerance)) continue;
      this.#giveUp(`compiled and eager results differ in '${name}'`);
      return;
    }
  }

  /** Looks for things that only change later. */
  async #recordAgain(session: FunctionSession, batch: Batch, calls: number): Promise<void> {
    const frozen = findFrozen(session.recorded, await recordFunction(this.#fn, batch));
    if (frozen !== undefined) this.#giveUp(`from call ${calls} on it changes ${frozen}`);
  }

  #giveUp(reason: string): void {
    this.#eager = true;
    const name = this.#fn.name === "" ? "a function" : `function '${this.#fn.name}'`;
    this.#shared.options.warn(`onnx: ${name} runs eagerly: ${sentence(reason)}`);
  }
}
