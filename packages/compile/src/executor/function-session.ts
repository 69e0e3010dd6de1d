import { type Batch, type InferenceFunction, type Random, UnsupportedError } from "@latentkit/core";
import { type HostValues, holderOf, hostTensor, runEagerly } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Value } from "../graph/types.js";
import { optimize } from "../passes/optimize.js";
import { type RecordedFunction, recordFunction } from "../recorder/record.js";
import { findFrozen } from "../recorder/same.js";
import type { Runtime } from "../runtime/load.js";
import type { OnnxTensor } from "../runtime/module.js";
import { createSession, type Session } from "../runtime/session.js";
import { StoredVariable } from "../runtime/stored-variable.js";
import type { Sides } from "./compare.js";
import { disturbed, feedOfBatch, fillNoise, fillSchedule, newTensor } from "./feeds.js";

type Buffers = ReadonlyMap<Value, OnnxTensor>;

/** A function for batches of one shape as a session. */
export class FunctionSession {
  readonly recorded: RecordedFunction;
  readonly #fn: InferenceFunction;
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #inputs: readonly Value[];
  readonly #outputs: readonly { readonly name: string; readonly value: Value }[];
  /** Weights that no store holds, with the data handle that they were read from. */
  readonly #weights = new Map<tf.Variable, { readonly dataId: object; readonly tensor: OnnxTensor }>();

  private constructor(
    fn: InferenceFunction,
    recorded: RecordedFunction,
    graph: RecordedFunction["graph"],
    runtime: Runtime,
    session: Session,
  ) {
    this.#fn = fn;
    this.recorded = recorded;
    this.#runtime = runtime;
    this.#session = session;
    this.#inputs = graph.inputs;
    this.#outputs = graph.outputs.map(({ value, target }) => ({ name: (target as { name: string }).name, value }));
  }

  /** @throws UnsupportedError when the function cannot be compiled. */
  static async create(fn: InferenceFunction, batch: Batch, runtime: Runtime): Promise<FunctionSession> {
    const recorded = await recordFunction(fn, batch);
    const frozen = findFrozen(recorded, await recordFunction(fn, batch));
    if (frozen !== undefined) throw new UnsupportedError(`compile: recorded twice, the function changes ${frozen}`);
    const graph = optimize(recorded.graph);
    return new FunctionSession(fn, recorded, graph, runtime, await createSession(runtime, graph));
  }

  async run(batch: Batch, random: Random, update: number): Promise<Readonly<Record<string, tf.Tensor>>> {
    const results = await this.#evaluate(batch, this.#noise(random), update);
    const tensors = this.#outputs.map(({ name, value: { type, shape } }, i) => {
      return [name, hostTensor(results[i]!.data as HostValues, shape, type as "float32")] as const;
    });
    return Object.fromEntries(tensors);
  }

  /** The results compiled, compiled from disturbed inputs, and eagerly, with the same noise; `random` stays where it is. */
  async compare(
    batch: Batch,
    random: Random,
    update: number,
  ): Promise<readonly ({ readonly name: string } & Sides<Float32Array>)[]> {
    const noise = this.#noise(random.copy());
    const dataOf = (results: readonly OnnxTensor[]) => results.map(({ data }) => data as Float32Array);
    const compiled = dataOf(await this.#evaluate(batch, noise, update));
    const aside = dataOf(await this.#evaluate(batch, noise, update, 1));
    const tensors = runEagerly(this.#fn, batch, random.copy(), update);
    const eager = await Promise.all(this.#outputs.map(({ name }) => tensors[name]!.data()));
    tf.dispose(Object.values(tensors));
    return this.#outputs.map(({ name }, i) => ({
      ...{ name, eager: eager[i]! as Float32Array, compiled: compiled[i]!, disturbed: [aside[i]!] },
    }));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  /** All draws of a call, those that the graph has no use for too. */
  #noise(random: Random): Buffers {
    const buffers = new Map(this.recorded.draws.map((value) => [value, newTensor(this.#runtime.ort, value)]));
    fillNoise(random, this.recorded.draws, buffers);
    return buffers;
  }

  async #evaluate(batch: Batch, noise: Buffers, update: number, pattern = 0): Promise<OnnxTensor[]> {
    const { ort } = this.#runtime;
    const feeds: Record<string, OnnxTensor> = {};
    for (const [i, value] of this.#inputs.entries()) {
      const fed = await this.#feed(value, batch, noise, update);
      feeds[this.#session.inputs[i]!] = pattern === 0 ? fed : await disturbed(ort, fed, pattern);
    }
    const fetches = this.#outputs.map(({ value }, i) => {
      const own = this.#session.writesFetches && value.type === "float32";
      return [this.#session.outputs[i]!, own ? newTensor(ort, value) : null] as const;
    });
    const results = await this.#session.run(feeds, Object.fromEntries(fetches));
    return this.#session.outputs.map((name) => results[name]!);
  }

  #feed(value: Value, batch: Batch, noise: Buffers, update: number): OnnxTensor | Promise<OnnxTensor> {
    const input = value.input!;
    switch (input.kind) {
      case "batch":
        return feedOfBatch(this.#runtime.ort, value, batch, input.key);
      case "noise":
        return noise.get(value)!;
      case "schedule":
        return fillSchedule(newTensor(this.#runtime.ort, value), input.schedule, update);
      case "state":
        return this.#weight(this.recorded.variables[input.variables[0]!]!, value);
    }
  }

  /** A variable's newest value: where a run holds it, from there, otherwise as it was read last, unless it has changed since. */
  async #weight(variable: tf.Variable, { type, shape }: Value): Promise<OnnxTensor> {
    const { dataId } = variable;
    const holder = holderOf(dataId);
    const { ort } = this.#runtime;
    if (holder instanceof StoredVariable && holder.ort === ort && holder.tensor !== undefined) return holder.tensor;
    const known = this.#weights.get(variable);
    if (known?.dataId === dataId && holder === undefined) return known.tensor;
    const tensor = new ort.Tensor(type as "float32", (await variable.data()) as Float32Array, shape);
    this.#weights.set(variable, { dataId, tensor });
    return tensor;
  }
}
