import type { Batch, Random, StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { RecordedStep } from "../recorder/record.js";
import type { Runtime } from "../runtime/load.js";
import { affordableExamples, checkSample, productsOf } from "./check-sample.js";
import type { CompiledStep } from "./compiled.js";
import { compileGradients, gradientsOfVariables } from "./gradient-graph.js";
import { findDifferingKernel } from "./name-kernel.js";
import type { CheckOptions } from "./shared.js";
import { compareUpdate, type Verdict } from "./verify.js";

/** Examples to compare on the `cpu` backend where the backend in use lacks a kernel. */
const MISSING_KERNEL_EXAMPLES = 4;

/** Multiplications of a step that take about a second eagerly. */
const LONG = 1e9;

/** What a check found: why the program has to run eagerly, and the logs of the update where it has been done. */
export interface Finding {
  readonly reason?: string | undefined;
  readonly logs?: Readonly<Record<string, number>> | undefined;
}

/** Compares the first updates of a program with eager ones. */
export class StepCheck {
  readonly #program: StepProgram;
  readonly #recorded: RecordedStep;
  readonly #step: CompiledStep;
  readonly #runtime: Runtime;
  readonly #options: CheckOptions;
  #gradients: Promise<CompiledStep> | undefined;

  constructor(
    program: StepProgram,
    recorded: RecordedStep,
    step: CompiledStep,
    runtime: Runtime,
    options: CheckOptions,
  ) {
    this.#program = program;
    this.#recorded = recorded;
    this.#step = step;
    this.#runtime = runtime;
    this.#options = options;
  }

  /**
   * Compares one update. Where the whole batch can be computed eagerly the update has been done when this returns, by the
   * compiled step if both agree; otherwise a few examples are compared, once, and nothing has moved.
   *
   * @param random - The program's stream.
   * @param count - Updates with batches of this shape, this one included.
   */
  async run(batch: Batch, random: Random, update: number, count: number): Promise<Finding> {
    const size = Object.values(batch)[0]?.shape[0] ?? 1;
    const examples = tf.getBackend() === "cpu" ? affordableExamples(this.#recorded.graph, size) : size;
    let missing = "";
    if (examples === size) {
      try {
        return await this.#runBoth(batch, random, update, count);
      } catch (error) {
        missing = (error as Error).message;
        if (!/^Kernel '\w+' not registered/.test(missing)) return { reason: missing };
      }
    }
    if (count > 1) return {};
    const { warn, tolerance } = this.#options;
    if (tf.findBackend("cpu") === null) {
      warn(`onnx: '${this.#program.name}' is compiled unchecked: ${missing}.`);
      return {};
    }
    const few = { examples: Math.min(examples, MISSING_KERNEL_EXAMPLES), tolerance, backend: "cpu" };
    const difference = await checkSample(this.#program, this.#runtime, batch, random, few);
    return difference === undefined ? {} : { reason: `compiled and eager results differ: ${difference}` };
  }

  async #runBoth(batch: Batch, random: Random, update: number, count: number): Promise<Finding> {
    const { info, verifySteps, tolerance } = this.#options;
    const [program, recorded] = [this.#program, this.#recorded];
    if (count === 1 && productsOf(recorded.graph) > LONG) {
      info(
        `onnx: comparing the first ${verifySteps} updates of '${program.name}' with eager ones, which takes a while.`,
      );
    }
    this.#gradients ??= compileGradients(program, recorded, this.#runtime);
    const noise = () => random.at(update);
    const verdict = await compareUpdate({
      ...{ step: this.#step, gradients: await this.#gradients, gradientOf: gradientsOfVariables(recorded) },
      gradientVariables: recorded.gradients.map(({ variable }) => variable),
      runEagerly: () => program.run(batch, stepContext(noise(), update, true)),
      ...{ batch, noise, update, tolerance },
    });
    if (verdict.difference === undefined) return commit(verdict);
    // Looking for the kernel takes much more memory than the step; its name is worth a try and no more.
    const culprit = await findDifferingKernel(program, recorded, this.#runtime, batch, noise, update).catch(
      () => undefined,
    );
    // A value that is not finite and that the eager kernels lose is no fault of the compiled step: the run has to see it.
    if (verdict.difference.notFinite && culprit?.lostEagerly) return commit(verdict);
    const from = culprit === undefined ? "" : ` from ${culprit.text}`;
    return {
      reason: `compiled and eager results differ${from}: ${verdict.difference.text}`,
      logs: verdict.eagerLogs,
    };
  }

  /** Frees the session of the gradients; what goes wrong with it is the check's own affair, which has ended. */
  dispose(): void {
    this.#gradients?.then((step) => step.dispose()).catch(() => undefined);
    this.#gradients = undefined;
  }
}

function commit({ logs, commit: makeCurrent }: Verdict): Finding {
  makeCurrent();
  return { logs };
}
