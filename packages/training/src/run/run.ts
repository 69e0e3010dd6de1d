import {
  type Batch,
  type Dataset,
  DeviceLostError,
  type Model,
  type PreparedFunction,
  type Random,
  random,
  type TrainingEvent,
} from "@latentkit/core";
import { Breather, networksHeader, trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { DEFAULT_BATCH_SIZE, type FullOptions, optimizersOf, type TrainResult, totalSteps } from "../options.js";
import { Averages } from "./averages.js";
import { beginWith } from "./begin-with.js";
import { checkLastBatch, checkSmallBatch } from "./check-last-batch.js";
import { checkBatchValues, checkKnownValues } from "./check-values.js";
import { checkWeights } from "./check-weights.js";
import { Clock } from "./clock.js";
import { eager } from "./eager.js";
import { Engine } from "./engine.js";
import { Feed } from "./feed.js";
import { History } from "./history.js";
import { identityOf } from "./identity.js";
import { LeakWatch, tensorsIn } from "./leak-watch.js";
import { Listeners } from "./listeners.js";
import { LogWindow } from "./log-window.js";
import type { ObjectiveProgram } from "./program.js";
import { programsOf } from "./programs.js";
import { savedVariables } from "./saved-variables.js";
import { divergenceHelp, lastCheckpoint, Saver } from "./saver.js";
import { prepareValidation, validate } from "./validate.js";

/** One training run: all that changes from step to step, and the order in which it does. */
export class Run<B extends Batch> {
  readonly #model: Model<B>;
  readonly #dataset: Dataset<B>;
  readonly #options: FullOptions<B>;
  readonly #random: Random;
  readonly #batchSize: number;
  readonly #logEvery: number;
  readonly #warn: (message: string) => void;
  readonly #averages: Averages | undefined;
  readonly #programs: readonly ObjectiveProgram<B>[];
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  readonly #saver: Saver | undefined;
  readonly #history: History = new History();
  readonly #listeners: Listeners;
  readonly #breather: Breather = new Breather();
  #leaks: LeakWatch = new LeakWatch();
  #engine!: Engine<B>;
  #losses: readonly PreparedFunction[] = [];
  #feed!: Feed<B>;
  #window: LogWindow = new LogWindow();
  #step = 0;
  #stopped: string | undefined;
  #checked = 0;
  #validations = 0;
  #clock: Clock = new Clock(0);

  constructor(model: Model<B>, dataset: Dataset<B>, options: FullOptions<B>) {
    const { seed = 0, batchSize = DEFAULT_BATCH_SIZE, clipNorm, ema, checkpoint, callbacks = [] } = options;
    this.#model = model;
    this.#dataset = dataset;
    this.#options = options;
    this.#random = random(seed);
    this.#batchSize = batchSize;
    this.#logEvery = options.logEvery ?? 10;
    this.#warn = options.warn ?? console.warn;
    const optimizers = optimizersOf(model, options.optimizers);
    const moved = model.objectives.flatMap((objective) => objective.updates);
    this.#averages = ema === undefined ? undefined : new Averages(trainableVariables(moved), ema);
    this.#programs = programsOf(model, optimizers, clipNorm, this.#averages);
    this.#variables = savedVariables(model, this.#programs, this.#averages);
    this.#listeners = new Listeners(
      callbacks,
      () => this.#event(),
      () => this.#engine.ready(),
      () => this.#leaks,
    );
    if (checkpoint !== undefined) {
      const { executor: { name: executor } = eager() } = options;
      const identity = identityOf({ model, optimizers, seed, batchSize, clipNorm, ema, size: dataset.size, executor });
      const header = () => networksHeader(model.networks, { model: model.describe() });
      this.#saver = new Saver(checkpoint, identity, this.#variables, callbacks, header);
    }
  }

  /** Restores a checkpoint if asked, and makes the steps ready. */
  async start(): Promise<void> {
    const state = await this.#saver?.open(this.#warn);
    if (state !== undefined) {
      this.#step = state.step;
      this.#window = new LogWindow(state.window);
      for (const row of state.history) this.#history.rows.push(row);
    }
    this.#leaks = new LeakWatch(this.#step);
    this.#leaks.begin();
    const { signal, validation } = this.#options;
    await checkKnownValues(this.#model, this.#dataset, "training data", this.#breather, signal);
    await checkKnownValues(this.#model, validation?.data, "validation data", this.#breather, signal);
    this.#feed = new Feed(this.#dataset, this.#batchSize, this.#random.stream("data"), state?.data, signal);
    this.#engine = new Engine(this.#options.executor ?? eager(), this.#programs, this.#random.stream("noise"));
    this.#engine.load(state?.executor ?? {});
    if (validation !== undefined) {
      await checkLastBatch(this.#model, validation, this.#batchSize, this.#random.stream("validation"));
      this.#losses = prepareValidation(this.#model.objectives, this.#engine.compile);
    }
    this.#clock = new Clock(this.#step, this.#options.executor === undefined ? this.#warn : undefined);
    await this.#listeners.call("onStart");
  }

  /** Trains until the end, however it comes. */
  async finish(): Promise<TrainResult> {
    while (!this.#isOver()) {
      const epoch = this.#feed.position.epoch;
      if (!(await this.#moveOn())) continue;
      await this.#afterStep(this.#feed.position.epoch > epoch);
      await this.#breather.pause();
    }
    await this.#flush();
    if (this.#stopped !== "aborted") this.#log(this.#window.take());
    await this.#engine.ready();
    await checkWeights(this.#variables, this.#step, divergenceHelp(this.#saver?.last));
    await this.#save();
    return {
      ...{ history: this.#history.rows, step: this.#step, epoch: this.#feed.position.epoch, stopped: this.#stopped! },
      ...(this.#averages && { averages: this.#averages }),
      ...(this.#saver?.last !== undefined && { checkpoint: this.#saver.last }),
    };
  }

  /** Names the last checkpoint where a run ended because its device is gone: what was on the device is lost. */
  explain(error: unknown): unknown {
    if (!(error instanceof DeviceLostError)) return error;
    return new DeviceLostError(`${error.message} ${lastCheckpoint(this.#saver?.last)}.`, { cause: error });
  }

  /**
   * Tells the callbacks and frees what the run made, but for the averages of a run that succeeded. Of errors in `onEnd` the first is
   * thrown when the run succeeded; otherwise, why the run ended is what matters, and they are warnings.
   */
  async close(succeeded: boolean): Promise<void> {
    const errors = this.#engine === undefined ? [] : await this.#listeners.end();
    this.#leaks.end();
    const steps = [() => this.#feed?.close(), () => this.#engine?.dispose(), () => this.#saver?.close()];
    for (const step of steps) await Promise.resolve(step()).catch((error: unknown) => errors.push(error));
    this.#window.dispose();
    for (const program of this.#programs) program.dispose();
    if (!succeeded || errors.length > 0) this.#averages?.dispose();
    for (const error of errors.slice(succeeded ? 1 : 0)) this.#warn(`train: at the end of the run: ${error}`);
    if (succeeded && errors.length > 0) throw errors[0];
  }

  #isOver(): boolean {
    const { steps, epochs, signal } = this.#options;
    if (signal?.aborted) this.#stopped ??= "aborted";
    if (steps !== undefined ? this.#step >= steps : this.#feed.position.epoch >= epochs!) this.#stopped ??= "completed";
    return this.#stopped !== undefined;
  }

  /** One step: each objective's updates in turn, each on a fresh batch. False when the signal fired before the first. */
  async #moveOn(): Promise<boolean> {
    let begun = false;
    for (const [i, { name, repeats = 1, every = 1 }] of this.#model.objectives.entries()) {
      if (this.#step % every !== 0) continue;
      const turn = this.#step / every;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { epoch, batch: index } = this.#feed.position;
        const batch = await this.#leaks.watch("the dataset", () => this.#feed.next(!begun), tensorsIn);
        if (batch === undefined) return false;
        begun = true;
        try {
          const isFirst = this.#checked++ === 0;
          await checkBatchValues(this.#model, batch, "training data", index, epoch === 0 || isFirst);
          if (isFirst) await checkSmallBatch(this.#model, batch, this.#random.stream("validation"));
          const update = turn * repeats + repeat;
          if (update === 0) beginWith(this.#model.objectives[i]!, batch, this.#random, this.#averages);
          const run = () => this.#engine.steps[i]!.run(batch, update);
          const logs = await this.#leaks.watch(`the objective '${name}'`, run, tensorsIn);
          this.#window.push(this.#step + 1, name, logs);
        } finally {
          tf.dispose(batch as never);
        }
      }
    }
    this.#step++;
    return true;
  }

  async #afterStep(epochEnded: boolean): Promise<void> {
    this.#clock.tick(this.#step, this.#step % this.#logEvery === 0);
    const due = (every: number | undefined): boolean => (every === undefined ? epochEnded : this.#step % every === 0);
    const listening = this.#listeners.due((every) => due(every ?? this.#logEvery));
    const { validation, checkpoint } = this.#options;
    const saving = checkpoint !== undefined && due(checkpoint.every);
    if (due(this.#logEvery)) {
      await this.#flush();
      this.#log(this.#window.take());
      this.#leaks.observe(this.#step);
    }
    const validated = validation !== undefined && due(validation.every) ? await this.#validate(validation) : undefined;
    if (validated !== undefined) this.#log(validated);
    if (listening.length > 0) await this.#listeners.call("onStep", listening);
    if (validated !== undefined) await this.#listeners.call("onValidation");
    if (epochEnded) await this.#listeners.call("onEpoch");
    if (saving) await this.#save();
  }

  async #flush(): Promise<void> {
    await this.#window.flush(() => divergenceHelp(this.#saver?.last));
  }

  #log(values: Readonly<Record<string, number>>): void {
    this.#history.log(this.#step, this.#feed.position.epoch, values, this.#warn);
  }

  async #save(): Promise<void> {
    if (this.#saver === undefined) return;
    await this.#flush();
    const where = { step: this.#step, data: this.#feed.position, window: this.#window.state };
    await this.#saver.save({ ...where, history: this.#history.rows, executor: this.#engine.save() });
  }

  async #validate(validation: NonNullable<FullOptions<B>["validation"]>): ReturnType<typeof validate> {
    await this.#engine.ready();
    return validate({
      ...{ batches: undefined, batchSize: this.#batchSize, ...validation },
      ...{ objectives: this.#model.objectives, losses: this.#losses },
      ...{ rules: this.#model, values: this.#validations++ === 0 },
      ...{ signal: this.#options.signal, breather: this.#breather },
      random: this.#random.stream("validation"),
      updateOf: ({ repeats = 1, every = 1 }) => Math.ceil(this.#step / every) * repeats,
    });
  }

  #event(): TrainingEvent {
    return {
      ...{ model: this.#model as unknown as Model, step: this.#step, epoch: this.#feed.position.epoch },
      ...{ logs: this.#history.logs, history: this.#history.rows, compile: this.#engine.compile },
      totalSteps: totalSteps(this.#model, this.#dataset, this.#options),
      stepsPerSecond: this.#clock.stepsPerSecond,
      stop: (reason) => {
        this.#stopped ??= reason;
      },
    };
  }
}
