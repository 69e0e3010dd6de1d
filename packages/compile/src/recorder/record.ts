import { type Batch, type StepProgram, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { GraphBuilder } from "../graph/builder.js";
import type { ConstantData, ElementType, Graph, GraphOutput, Value } from "../graph/types.js";
import { RECORDER, type RecorderBackend, type Recording, recorderBackend } from "./backend.js";
import { recordingContext } from "./context.js";

/** A step as a graph. */
export interface RecordedStep {
  readonly graph: Graph;
  /** The results of each kernel in the order in which the eager step runs them. */
  readonly trace: Recording["trace"];
  /** Every draw of noise in order, whether or not the graph uses it. */
  readonly draws: readonly Value[];
}

/** Values of tensors that a step holds on to from outside, on their way to the host. */
type Captures = Map<object, { readonly value: Value; readonly data: Promise<unknown> }>;

/**
 * Records one update of a program: runs it on a backend that writes operations instead of computing. The variables keep
 * their values.
 *
 * @throws UnsupportedError when the step uses a kernel, or a habit, that cannot be recorded; the message names it.
 */
export async function recordStep(program: StepProgram, batch: Batch): Promise<RecordedStep> {
  const captures: Captures = new Map();
  let recorded: RecordedStep;
  try {
    recorded = recordInto(captures, program, batch);
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    const kernel = /^Kernel '(\w+)' not registered/.exec((error as Error).message)?.[1];
    const reason = kernel === undefined ? (error as Error).message : `kernel '${kernel}' cannot be compiled yet`;
    throw new UnsupportedError(`compile: ${reason}`, { cause: error });
  }
  // Values that reads bring later; nothing has looked at these constants yet.
  for (const { value, data } of captures.values()) Object.assign(value, { constant: (await data) as ConstantData });
  return recorded;
}

function recordInto(captures: Captures, program: StepProgram, batch: Batch): RecordedStep {
  const builder = new GraphBuilder();
  const values = new WeakMap<object, Value>();
  const { variables } = program;
  const foreign = (tensor: tf.Tensor): Value => {
    if (tensor instanceof tf.Variable) {
      throw new UnsupportedError(`compile: '${program.name}' uses variable '${tensor.name}', which it does not list.`);
    }
    const known = captures.get(tensor.dataId);
    if (known !== undefined) return known.value;
    const value = builder.constant(new Float32Array(), tensor.dtype as ElementType, tensor.shape);
    captures.set(tensor.dataId, { value, data: tensor.data() });
    return value;
  };
  const recording: Recording = { builder, values, foreign, trace: [] };
  const draws: Value[] = [];
  const outputs: { value: Value; target: GraphOutput }[] = [];
  const known = new Set(Object.keys(tf.engine().state.registeredVariables));
  const held = variables.map((variable) => tf.keep(tf.clone(variable)));
  try {
    withRecorder(recording, (backend) => {
      const resolve = (tensor: tf.Tensor): Value => values.get(tensor.dataId) ?? foreign(tensor);
      const given = (value: Value): tf.Tensor => tf.engine().makeTensorFromTensorInfo(backend.handle(value));
      tf.tidy(() => {
        // Every variable gets a handle of its own: until its first assignment it may share data with another.
        const inputs = variables.map((variable, i) => {
          const value = builder.input(stateOf(i), variable.dtype as ElementType, [...variable.shape]);
          variable.assign(given(value));
          return value;
        });
        const fed = Object.entries(batch).map(([key, tensor]) => {
          const value = builder.input({ kind: "batch", key }, tensor.dtype as ElementType, [...tensor.shape]);
          return [key, given(value)] as const;
        });
        const results = program.run(Object.fromEntries(fed), recordingContext(builder, given, draws));
        variables.forEach((variable, i) => {
          const value = resolve(variable);
          if (value !== inputs[i]) outputs.push({ value, target: stateOf(i) });
        });
        for (const [name, scalar] of Object.entries(results)) {
          outputs.push({ value: resolve(scalar), target: { kind: "log", name } });
          scalar.dispose();
        }
      });
    });
  } finally {
    variables.forEach((variable, i) => {
      variable.assign(held[i]!);
    });
    tf.dispose(held);
  }
  const made = Object.entries(tf.engine().state.registeredVariables).filter(([name]) => !known.has(name));
  for (const [, variable] of made) variable.dispose();
  if (made.length > 0) {
    throw new UnsupportedError(`compile: '${program.name}' makes variable '${made[0]![0]}' during a step.`);
  }
  return { graph: builder.finish(outputs), trace: recording.trace, draws };
}

function stateOf(index: number): { kind: "state"; variables: readonly number[]; flat: boolean } {
  return { kind: "state", variables: [index], flat: false };
}

/** Runs `body` with the recorder as TensorFlow.js's backend. */
function withRecorder(recording: Recording, body: (backend: RecorderBackend) => void): void {
  const name = tf.getBackend();
  const real = tf.backend();
  const backend = recorderBackend();
  backend.real = real;
  backend.recording = recording;
  // Backends whose factory is synchronous are set before the promise is returned.
  void tf.setBackend(RECORDER);
  try {
    if (tf.backend() !== backend) throw new UnsupportedError("compile: TensorFlow.js did not accept the recorder.");
    body(backend);
  } finally {
    backend.recording = undefined;
    void tf.setBackend(name);
  }
}
