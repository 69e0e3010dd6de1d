import type { Batch, Random, StepProgram } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { Graph, Value } from "../graph/types.js";
import { writableInPlace } from "../passes/in-place.js";
import { addPartOutputs } from "../passes/part-outputs.js";
import type { Runtime } from "../runtime/load.js";
import type { OnnxTensor } from "../runtime/module.js";
import { createSession, type Session } from "../runtime/session.js";
import type { StateStore } from "../runtime/store.js";
import { DeviceTarget } from "./device-target.js";
import { disturbed, feedOfBatch, fillNoise, fillSchedule, newTensor } from "./feeds.js";
import { HostTarget } from "./host-target.js";
import type { StateTarget } from "./state-target.js";

/** What one update would give. */
export interface UpdateResult {
  readonly logs: Readonly<Record<string, number>>;
  /** The new values by variable, in buffers that the next update writes over. */
  values(): Promise<ReadonlyMap<tf.Variable, ArrayLike<number>>>;
  /** Makes the new values the current ones. */
  commit(): void;
  /** Forgets the new values. */
  discard(): void;
}

/** One program as a session with its buffers. */
export class CompiledStep {
  /** What the program may read and write. */
  readonly variables: readonly tf.Variable[];
  /** The variables that each state input is made of. */
  readonly #fed = new Map<Value, readonly tf.Variable[]>();
  readonly #graph: Graph;
  readonly #draws: readonly Value[];
  readonly #session: Session;
  readonly #store: StateStore;
  readonly #ort: Runtime["ort"];
  /** Buffers of noise and schedules by value. */
  readonly #buffers = new Map<Value, OnnxTensor>();
  /** What a run is given and asked for, by name: one object for all runs. */
  readonly #feeds: Record<string, OnnxTensor> = {};
  readonly #fetches: Record<string, OnnxTensor | null> = {};
  readonly #targets: readonly StateTarget[];

  private constructor(
    program: StepProgram,
    graph: Graph,
    draws: readonly Value[],
    session: Session,
    store: StateStore,
    runtime: Runtime,
  ) {
    this.variables = program.variables;
    this.#graph = graph;
    this.#draws = draws;
    this.#session = session;
    this.#store = store;
    this.#ort = runtime.ort;
    for (const value of graph.inputs) {
      const input = value.input!;
      if (input.kind === "state") {
        this.#fed.set(
          value,
          input.variables.map((index) => this.variables[index]!),
        );
      }
      if (input.kind === "noise" || input.kind === "schedule") this.#buffers.set(value, newTensor(this.#ort, value));
    }
    for (const [i, { value, target }] of graph.outputs.entries()) {
      const own = session.writesFetches && target.kind === "log" && value.type === "float32";
      this.#fetches[session.outputs[i]!] = own ? newTensor(this.#ort, value) : null;
    }
    const inPlace = writableInPlace(graph);
    this.#targets = graph.outputs.flatMap(({ target }, i): StateTarget[] => {
      if (target.kind !== "state") return [];
      const variables = target.variables.map((index) => this.variables[index]!);
      const output = session.outputs[i]!;
      if (!runtime.onDevice) return [new HostTarget(store, variables, output, inPlace.has(target), this.#ort)];
      const parts = target.flat ? target.variables.map((variable) => this.#partOutput(variable)) : [output];
      return [new DeviceTarget(store, variables, { flat: target.flat ? output : undefined, parts })];
    });
  }

  /** Builds the session; `draws` are all draws of noise of a step, in order. */
  static async create(
    program: StepProgram,
    graph: Graph,
    draws: readonly Value[],
    store: StateStore,
    runtime: Runtime,
  ): Promise<CompiledStep> {
    const { variables } = program;
    const shapeOf = (variable: number) => variables[variable]!.shape;
    const given = runtime.onDevice ? addPartOutputs(graph, shapeOf) : graph;
    const session = await createSession(runtime, given);
    return new CompiledStep(program, given, draws, session, store, runtime);
  }

  #partOutput(variable: number): string {
    const at = this.#graph.outputs.findIndex(({ target }) => target.kind === "part" && target.variable === variable);
    return this.#session.outputs[at]!;
  }

  /**
   * Computes one update and makes its values the current ones; gives the logs.
   *
   * @param noise - The program's stream at this update.
   */
  async advance(batch: Batch, noise: Random, update: number): Promise<Readonly<Record<string, number>>> {
    const logs = this.#logs(await this.#evaluate(batch, noise, update, { keep: false }));
    for (const target of this.#targets) target.commit();
    return logs;
  }

  /**
   * Computes one update to look at; nothing is moved.
   *
   * @param pattern - Of a disturbance of every fed weight and example, which shows what rounding does; none for 0.
   */
  async attempt(batch: Batch, noise: Random, update: number, pattern = 0): Promise<UpdateResult> {
    const results = await this.#evaluate(batch, noise, update, { keep: true, pattern });
    return {
      logs: this.#logs(results),
      values: () => this.#nextValues(),
      commit: () => {
        for (const target of this.#targets) target.commit();
      },
      discard: () => {
        for (const target of this.#targets) target.discard();
      },
    };
  }

  /** The graph's outputs, in their order. */
  evaluate(batch: Batch, noise: Random, update: number, pattern = 0): Promise<OnnxTensor[]> {
    return this.#evaluate(batch, noise, update, { keep: true, pattern });
  }

  async #evaluate(
    batch: Batch,
    noise: Random,
    update: number,
    { keep, pattern = 0 }: { readonly keep: boolean; readonly pattern?: number },
  ): Promise<OnnxTensor[]> {
    await this.#store.take(this.variables);
    fillNoise(noise, this.#draws, this.#buffers);
    const feeds = pattern === 0 ? this.#feeds : { ...this.#feeds };
    for (const [i, value] of this.#graph.inputs.entries()) {
      const found = this.#feed(value, batch, update);
      // Waiting for what is there already would cost a small step more than its arithmetic.
      const fed = found instanceof Promise ? await found : found;
      feeds[this.#session.inputs[i]!] = pattern === 0 ? fed : await disturbed(this.#ort, fed, pattern);
    }
    if (this.#session.writesFetches) {
      for (const target of this.#targets) {
        if (target.fetches === undefined) continue;
        const [name, tensor] = target.fetches(keep);
        this.#fetches[name] = tensor;
      }
    }
    const results = await this.#session.run(feeds, this.#fetches);
    if (!this.#session.writesFetches) for (const target of this.#targets) target.accept(results);
    return this.#session.outputs.map((name) => results[name]!);
  }

  #logs(results: readonly OnnxTensor[]): Record<string, number> {
    const logs: Record<string, number> = {};
    this.#graph.outputs.forEach(({ target }, i) => {
      if (target.kind === "log") logs[target.name] = Number(results[i]!.data[0]);
    });
    return logs;
  }

  async #nextValues(): Promise<Map<tf.Variable, ArrayLike<number>>> {
    const values = new Map<tf.Variable, ArrayLike<number>>();
    for (const target of this.#targets) await target.collect(values);
    return values;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #feed(value: Value, batch: Batch, update: number): OnnxTensor | Promise<OnnxTensor> {
    const input = value.input!;
    switch (input.kind) {
      case "state": {
        const variables = this.#fed.get(value)!;
        return input.flat ? this.#store.flat(variables) : this.#store.value(variables[0]!);
      }
      case "batch":
        return feedOfBatch(this.#ort, value, batch, input.key);
      case "schedule":
        return fillSchedule(this.#buffers.get(value)!, input.schedule, update);
      case "noise":
        return this.#buffers.get(value)!;
    }
  }
}
