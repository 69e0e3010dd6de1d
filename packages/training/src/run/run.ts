import {
  allVariables,
  type Batch,
  Breather,
  type Callback,
  type Dataset,
  DeviceLostError,
  type HistoryRow,
  type Model,
  networksHeader,
  type PreparedFunction,
  type Random,
  random,
  type TrainingEvent,
  trainableVariables,
} from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { DEFAULT_BATCH_SIZE, optimizersOf, type TrainOptions, type TrainResult, totalSteps } from "../options.js";
import { Averages } from "./averages.js";
import { checkFinite } from "./check-finite.js";
import { Clock } from "./clock.js";
import { eager } from "./eager.js";
import { Engine } from "./engine.js";
import { Feed } from "./feed.js";
import { LeakWatch } from "./leak-watch.js";
import { LogWindow } from "./log-window.js";
import { ObjectiveProgram } from "./program.js";
import { savedVariables } from "./saved-variables.js";
import { divergenceHelp, lastCheckpoint, Saver } from "./saver.js";
import { prepareValidation, validate } from "./validate.js";

/** One training run: all that changes from step to step, and the order in which it does. */
export class Run<B extends Batch> {
  readonly #model: Model<B>;
  readonly #dataset: Dataset<B>;
  readonly #options: TrainOptions<B>;
  readonly #random: Random;
  readonly #batchSize: number;
  readonly #logEvery: number;
  readonly #callbacks: readonly Callback[];
  readonly #averages: Averages | undefined;
  readonly #programs: readonly ObjectiveProgram<B>[];
  readonly #saver: Saver | undefined;
  readonly #history: HistoryRow[] = [];
  readonly #leaks: LeakWatch = new LeakWatch();
  #engine!: Engine<B>;
  #losses: readonly PreparedFunction[] = [];
  #feed!: Feed<B>;
  #window: LogWindow = new LogWindow();
  #step = 0;
  #logs: Readonly<Record<string, number>> = {};
  #stopped: string | undefined;
  #seen = false;
  #clock: Clock = new Clock(0);

  constructor(model: Model<B>, dataset: Dataset<B>, options: TrainOptions<B>) {
    this.#model = model;
    this.#dataset = dataset;
    this.#options = options;
    this.#random = random(options.seed ?? 0);
    this.#batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
    this.#logEvery = options.logEvery ?? 10;
    this.#callbacks = options.callbacks ?? [];
    const optimizers = optimizersOf(model, options.optimizers);
    const moved = model.objectives.flatMap((objective) => objective.updates);
    this.#averages = options.ema === undefined ? undefined : new Averages(trainableVariables(moved), options.ema);
    const modelVariables = [...allVariables(Object.values(model.networks)), ...Object.values(model.state ?? {})];
    this.#programs = model.objectives.map((objective, i) => {
      // Averages move once a step: with the last objective that moves their weights.
      const later = new Set(trainableVariables(model.objectives.slice(i + 1).flatMap(({ updates }) => updates)));
      const averaged = trainableVariables(objective.updates).filter((variable) => !later.has(variable));
      const parts = {
        ...{ optimizer: optimizers[i]!, clipNorm: options.clipNorm, modelVariables },
        ...{ averages: this.#averages, averaged },
      };
      return new ObjectiveProgram(objective, parts);
    });
    if (options.checkpoint !== undefined) {
      const objectives = model.objectives.map(({ name, repeats = 1, every = 1 }, i) => {
        return { name, repeats, ...(every > 1 && { every }), optimizer: optimizers[i]!.toJSON() };
      });
      const identity = { seed: options.seed ?? 0, batchSize: this.#batchSize, objectives };
      this.#saver = new Saver(
        options.checkpoint,
        identity,
        savedVariables(model, this.#programs, this.#averages),
        this.#callbacks,
        () => networksHeader(model.networks, { model: model.describe() }),
      );
    }
  }

  /** Restores a checkpoint if asked, and makes the steps ready. */
  async start(): Promise<void> {
    const state = await this.#saver?.restore(this.#options.warn ?? console.warn);
    if (state !== undefined) {
      this.#step = state.step;
      this.#window = new LogWindow(state.window);
      for (const row of state.history) this.#history.push(row);
    }
    this.#feed = new Feed(this.#dataset, this.#batchSize, this.#random.stream("data"), state?.data);
    const executor = this.#options.executor ?? eager();
    this.#engine = new Engine(executor, this.#programs, this.#random.stream("noise"));
    this.#engine.load(state?.executor ?? {});
    if (this.#options.validation !== undefined) {
      this.#losses = prepareValidation(this.#model.objectives, this.#engine.compile);
    }
    this.#clock = new Clock(this.#step);
    await this.#call(this.#callbacks, "onStart");
  }

  /** Trains until the end, however it comes. */
  async finish(): Promise<TrainResult> {
    const breather = new Breather();
    while (!this.#isOver()) {
      const epoch = this.#feed.position.epoch;
      await this.#moveOn();
      await this.#afterStep(this.#feed.position.epoch > epoch);
      await breather.pause();
    }
    await this.#flush();
    if (this.#stopped !== "aborted") this.#log(this.#window.take());
    await this.#save();
    return {
      ...{ history: this.#history, step: this.#step, epoch: this.#feed.position.epoch, stopped: this.#stopped! },
      ...(this.#averages && { averages: this.#averages }),
      ...(this.#saver?.last !== undefined && { checkpoint: this.#saver.last }),
    };
  }

  /** Names the last checkpoint where a run ended because its device is gone: what was on the device is lost. */
  explain(error: unknown): unknown {
    if (!(error instanceof DeviceLostError)) return error;
    return new DeviceLostError(`${error.message} ${lastCheckpoint(this.#saver?.last)}.`, { cause: error });
  }

  /** Tells the callbacks and frees what the run made, but for the averages of a run that succeeded. */
  async close(succeeded: boolean): Promise<void> {
    try {
      if (this.#feed !== undefined) await this.#call(this.#callbacks, "onEnd");
    } finally {
      await this.#feed?.close();
      this.#window.dispose();
      await this.#engine?.dispose();
      for (const program of this.#programs) program.dispose();
      if (!succeeded) this.#averages?.dispose();
    }
  }

  #isOver(): boolean {
    const { steps, epochs, signal } = this.#options;
    if (signal?.aborted) this.#stopped ??= "aborted";
    if (steps !== undefined ? this.#step >= steps : this.#feed.position.epoch >= epochs!) this.#stopped ??= "completed";
    return this.#stopped !== undefined;
  }

  /** One step: each objective's updates in turn, each on a fresh batch. */
  async #moveOn(): Promise<void> {
    for (const [i, { name, repeats = 1, every = 1 }] of this.#model.objectives.entries()) {
      if (this.#step % every !== 0) continue;
      const turn = this.#step / every;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const batch = await this.#feed.next();
        try {
          if (!this.#seen) await this.#check(batch);
          const logs = this.#engine.steps[i]!.run(batch, turn * repeats + repeat);
          this.#window.push(this.#step + 1, name, logs instanceof Promise ? await logs : logs);
        } finally {
          tf.dispose(batch as never);
        }
      }
    }
    this.#step++;
  }

  /** Looks at the first batch before it is used: what is wrong with it is better said now than by a kernel. */
  async #check(batch: B): Promise<void> {
    this.#model.checkBatch?.(batch);
    await checkFinite(batch);
    this.#seen = true;
  }

  async #afterStep(epochEnded: boolean): Promise<void> {
    const due = (every: number | undefined): boolean => (every === undefined ? epochEnded : this.#step % every === 0);
    const listening = this.#callbacks.filter((callback) => callback.onStep && due(callback.every ?? this.#logEvery));
    const { validation, checkpoint } = this.#options;
    const validating = validation !== undefined && due(validation.every);
    const saving = checkpoint !== undefined && due(checkpoint.every);
    if (due(this.#logEvery)) {
      await this.#flush();
      this.#log(this.#window.take());
      this.#clock.measure(this.#step);
      this.#leaks.observe(this.#step, tf.memory().numTensors);
    }
    if (validating) this.#log(await this.#validate(validation));
    if (listening.length > 0) await this.#call(listening, "onStep");
    if (validating) await this.#call(this.#callbacks, "onValidation");
    if (epochEnded) await this.#call(this.#callbacks, "onEpoch");
    if (saving) await this.#save();
  }

  async #flush(): Promise<void> {
    await this.#window.flush(() => divergenceHelp(this.#saver?.last));
  }

  /** Adds values to the history, to the row of this step when there is one. */
  #log(values: Readonly<Record<string, number>>): void {
    if (Object.keys(values).length === 0) return;
    this.#logs = { ...this.#logs, ...values };
    const last = this.#history.at(-1);
    if (last?.step === this.#step) this.#history[this.#history.length - 1] = { ...last, ...values };
    else this.#history.push({ step: this.#step, epoch: this.#feed.position.epoch, ...values });
  }

  async #save(): Promise<void> {
    if (this.#saver === undefined) return;
    await this.#flush();
    const state = { step: this.#step, data: this.#feed.position, window: this.#window.state, history: this.#history };
    await this.#saver.save({ ...state, executor: this.#engine.save() });
  }

  async #validate({ data, batchSize }: NonNullable<TrainOptions<B>["validation"]>): Promise<Record<string, number>> {
    await this.#engine.ready();
    return validate({
      data,
      batchSize: batchSize ?? this.#batchSize,
      objectives: this.#model.objectives,
      losses: this.#losses,
      random: this.#random.stream("validation"),
      updateOf: ({ repeats = 1, every = 1 }) => Math.ceil(this.#step / every) * repeats,
    });
  }

  async #call(
    callbacks: readonly Callback[],
    hook: "onStart" | "onStep" | "onValidation" | "onEpoch" | "onEnd",
  ): Promise<void> {
    for (const callback of callbacks) {
      // Weights on a device are brought where a callback can use them at once.
      await this.#engine?.ready();
      await callback[hook]?.(this.#event());
    }
  }

  #event(): TrainingEvent {
    return {
      ...{ model: this.#model as unknown as Model, step: this.#step, epoch: this.#feed.position.epoch },
      ...{
        totalSteps: totalSteps(this.#model, this.#dataset, this.#options),
        logs: this.#logs,
        history: this.#history,
        stepsPerSecond: this.#clock.stepsPerSecond,
        compile: this.#engine.compile,
      },
      stop: (reason) => {
        this.#stopped ??= reason;
      },
    };
  }
}
