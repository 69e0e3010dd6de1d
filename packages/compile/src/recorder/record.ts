import { type Batch, type InferenceFunction, type StepProgram, UnsupportedError } from "@latentkit/core";
import { withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { GraphBuilder } from "../graph/builder.js";
import type { ConstantData, ElementType, Graph, GraphOutput, Value } from "../graph/types.js";
import { type RecorderBackend, type Recording, withRecorder } from "./backend.js";
import { recordingContext } from "./context.js";
import { withOtherData } from "./exchange.js";
import { watchGradients } from "./gradients.js";

/** A step as a graph. */
export interface RecordedStep {
  readonly graph: Graph;
  /** The operands and results of each kernel in the order in which the eager step runs them. */
  readonly trace: Recording["trace"];
  /** Every draw of noise in order, whether or not the graph uses it. */
  readonly draws: readonly Value[];
  /** The gradients that the step computes, with their variables' places in the program's list. */
  readonly gradients: readonly { readonly variable: number; readonly value: Value }[];
}

/** A function as a graph, with the variables that it reads: its state inputs count in this list. */
export interface RecordedFunction extends RecordedStep {
  readonly variables: readonly tf.Variable[];
}

/** Values of tensors that a step holds on to from outside, on their way to the host. */
type Captures = Map<object, { readonly value: Value; readonly data: Promise<unknown> }>;

/** Kernels of a function beyond which a graph takes longer to build than it saves. */
const MAX_KERNELS = 10_000;

type Outputs = { readonly value: Value; readonly target: GraphOutput }[];

/**
 * Records one update of a program: runs it on a backend that writes operations instead of computing. The variables keep
 * their values.
 *
 * @throws UnsupportedError when the step uses a kernel, or a habit, that cannot be recorded; the message names it.
 */
export function recordStep(program: StepProgram, batch: Batch): Promise<RecordedStep> {
  const { name, variables } = program;
  return record((builder, captures) => {
    const values = new WeakMap<object, Value>();
    const foreign = (tensor: tf.Tensor): Value => {
      if (!(tensor instanceof tf.Variable)) return captured(builder, captures, tensor);
      throw new UnsupportedError(`compile: '${name}' uses variable '${tensor.name}', which it does not list.`);
    };
    const recording: Recording = { builder, values, foreign, trace: [] };
    const draws: Value[] = [];
    const outputs: Outputs = [];
    const gradients: { variable: number; value: Value }[] = [];
    withRecorder(recording, (backend) => {
      const resolve = (tensor: tf.Tensor): Value => values.get(tensor.dataId) ?? foreign(tensor);
      const given = giver(backend);
      // Every variable gets a handle of its own: until its first assignment it may share data with another.
      const inputs = variables.map((variable, i) =>
        builder.input(stateOf(i), variable.dtype as ElementType, [...variable.shape]),
      );
      const handles = inputs.map((value) => backend.handle(value).dataId);
      const run = (): Readonly<Record<string, tf.Scalar>> =>
        program.run(feed(builder, given, batch), recordingContext(builder, given, draws));
      withOtherData(backend, variables, handles, () => {
        tf.tidy(() => {
          const results = watchGradients(({ variable, gradient }) => {
            const place = variables.indexOf(variable);
            if (place >= 0) gradients.push({ variable: place, value: resolve(gradient) });
          }, run);
          variables.forEach((variable, i) => {
            const value = resolve(variable);
            if (value !== inputs[i]) outputs.push({ value, target: stateOf(i) });
          });
          pushLogs(outputs, results, resolve);
          // Kept ones too.
          tf.dispose(Object.values(results));
        });
      });
    });
    return { graph: builder.finish(outputs), trace: recording.trace, draws, gradients };
  }, name);
}

/**
 * Records a function that looks at a model. Whatever variables it reads become inputs.
 *
 * @throws UnsupportedError when it uses a kernel, or a habit, that cannot be recorded, or assigns a variable.
 */
export async function recordFunction(fn: InferenceFunction, batch: Batch): Promise<RecordedFunction> {
  const variables: tf.Variable[] = [];
  const recorded = await record((builder, captures) => {
    const values = new WeakMap<object, Value>();
    const read = new Map<tf.Tensor, Value>();
    const foreign = (tensor: tf.Tensor): Value => {
      if (!(tensor instanceof tf.Variable)) return captured(builder, captures, tensor);
      const known = read.get(tensor);
      if (known !== undefined) return known;
      const value = builder.input(stateOf(variables.length), tensor.dtype as ElementType, [...tensor.shape]);
      variables.push(tensor);
      read.set(tensor, value);
      return value;
    };
    const recording: Recording = { builder, values, foreign, trace: [], limit: MAX_KERNELS };
    const draws: Value[] = [];
    const outputs: Outputs = [];
    withRecorder(recording, (backend) => {
      const given = giver(backend);
      tf.tidy(() => {
        const context = { ...recordingContext(builder, given, draws), training: false };
        const results = withoutAssigning(() => withStep(context, () => fn(feed(builder, given, batch), context)));
        pushLogs(outputs, results, (tensor) => values.get(tensor.dataId) ?? foreign(tensor));
      });
    });
    return { graph: builder.finish(outputs), trace: recording.trace, draws, gradients: [] };
  }, "function");
  return { ...recorded, variables };
}

async function record(body: (builder: GraphBuilder, captures: Captures) => RecordedStep, name: string) {
  const captures: Captures = new Map();
  const known = new Set(Object.keys(tf.engine().state.registeredVariables));
  let recorded: RecordedStep;
  let made: string | undefined;
  try {
    recorded = body(new GraphBuilder(), captures);
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    const kernel = /^Kernel '(\w+)' not registered/.exec((error as Error).message)?.[1];
    const reason = kernel === undefined ? (error as Error).message : `kernel '${kernel}' cannot be compiled yet`;
    throw new UnsupportedError(`compile: ${reason}`, { cause: error });
  } finally {
    made = disposeNewVariables(known);
  }
  if (made !== undefined) throw new UnsupportedError(`compile: '${name}' makes variable '${made}' during a step.`);
  // Values that reads bring later; nothing has looked at these constants yet.
  for (const { value, data } of captures.values()) Object.assign(value, { constant: (await data) as ConstantData });
  return recorded;
}

function captured(builder: GraphBuilder, captures: Captures, tensor: tf.Tensor): Value {
  const known = captures.get(tensor.dataId);
  if (known !== undefined) return known.value;
  const value = builder.constant(new Float32Array(), tensor.dtype as ElementType, tensor.shape);
  captures.set(tensor.dataId, { value, data: tensor.data() });
  return value;
}

type Giver = (value: Value) => tf.Tensor;

function giver(backend: RecorderBackend): Giver {
  return (value) => tf.engine().makeTensorFromTensorInfo(backend.handle(value));
}

/** The batch's tensors as inputs. */
function feed(builder: GraphBuilder, given: Giver, batch: Batch): Batch {
  const entries = Object.entries(batch).map(([key, tensor]) => {
    const value = builder.input({ kind: "batch", key }, tensor.dtype as ElementType, [...tensor.shape]);
    return [key, given(value)] as const;
  });
  return Object.fromEntries(entries);
}

function pushLogs(
  outputs: Outputs,
  results: Readonly<Record<string, tf.Tensor>>,
  resolve: (tensor: tf.Tensor) => Value,
): void {
  for (const [name, tensor] of Object.entries(results)) {
    outputs.push({ value: resolve(tensor), target: { kind: "log", name } });
  }
}

function stateOf(index: number): { kind: "state"; variables: readonly number[]; flat: boolean } {
  return { kind: "state", variables: [index], flat: false };
}

/** Refuses assignments: a variable would be left with data that are none. */
function withoutAssigning<T>(body: () => T): T {
  const { prototype } = tf.Variable;
  const { assign } = prototype;
  prototype.assign = function refuse(this: tf.Variable): void {
    throw new UnsupportedError(`compile: the function assigns variable '${this.name}'; it may only look at the model.`);
  };
  try {
    return body();
  } finally {
    prototype.assign = assign;
  }
}

/** Frees variables that came about since `known` was taken; gives the name of one. */
function disposeNewVariables(known: ReadonlySet<string>): string | undefined {
  const made = Object.entries(tf.engine().state.registeredVariables).filter(([key]) => !known.has(key));
  for (const [, variable] of made) variable.dispose();
  return made[0]?.[0];
}
