import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { dataOf, type GraphBuilder } from "../graph/builder.js";
import type { ElementType, Value } from "../graph/types.js";
import { lowerings } from "../kernels/index.js";
import type { KernelAttributes } from "../kernels/types.js";
import { setBackendNow } from "./set-backend.js";

/** The backend's name in TensorFlow.js's registry; a second copy of this package in one program takes a number behind it. */
const RECORDER = "latentkit-recorder";

/** What a recording knows of TensorFlow.js's data handles. */
export interface Recording {
  /** Kernels after which recording is given up. Default any number. */
  readonly limit?: number;
  readonly builder: GraphBuilder;
  /** The value behind a data handle. */
  readonly values: WeakMap<object, Value>;
  /** The value of a tensor that the recording did not make. */
  readonly foreign: (tensor: tf.Tensor) => Value;
  /** The kernels met so far, with their operands and results. */
  readonly trace: {
    readonly kernel: string;
    readonly operands: readonly Value[];
    readonly results: readonly Value[];
  }[];
}

/**
 * A TensorFlow.js backend that computes nothing: its kernels write operations into a graph and hand out handles with
 * the right shapes, so that recording costs milliseconds whatever the step costs, on every machine.
 */
export class RecorderBackend extends tf.KernelBackend {
  /** Its name in TensorFlow.js's registry. */
  readonly name: string;
  recording: Recording | undefined;
  /** The backend in use when the recording began; its numeric limits are the program's. */
  real: tf.KernelBackend | undefined;
  readonly #counts = new Map<object, number>();

  constructor(name: string) {
    super();
    this.name = name;
  }

  /** Hands out a handle for a value. */
  handle(value: Value): tf.TensorInfo {
    const dataId = {};
    this.recording!.values.set(dataId, value);
    this.#counts.set(dataId, 1);
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }

  override write(data: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    if (dtype === "string" || dtype === "complex64")
      throw new UnsupportedError(`compile: cannot record ${dtype} tensors.`);
    const type = dtype as ElementType;
    const constant = this.recording!.builder.constant(dataOf(type, data as Float32Array), type, shape);
    return this.handle(constant).dataId;
  }

  override incRef(dataId: object): void {
    if (!this.#counts.has(dataId)) this.real!.incRef(dataId);
    else this.#counts.set(dataId, this.#counts.get(dataId)! + 1);
  }

  override refCount(dataId: object): number {
    return this.#counts.get(dataId) ?? 0;
  }

  override disposeData(dataId: object, force = false): boolean {
    const count = (this.#counts.get(dataId) ?? 0) - 1;
    if (count > 0 && !force) {
      this.#counts.set(dataId, count);
      return false;
    }
    this.#counts.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.#counts.size;
  }

  override readSync(): never {
    throw new UnsupportedError(
      "compile: the step reads a tensor's values in JavaScript, which a recorded step cannot; keep them in tensors.",
    );
  }

  override async read(): Promise<never> {
    return this.readSync();
  }

  override floatPrecision(): 16 | 32 {
    return this.real!.floatPrecision();
  }

  override epsilon(): number {
    return this.real!.epsilon();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override dispose(): void {
    this.#counts.clear();
  }
}

let instance: RecorderBackend | undefined;

/** The one recorder backend, registered on first use. */
export function recorderBackend(): RecorderBackend {
  if (instance !== undefined && tf.findBackend(instance.name) === instance) return instance;
  const backend = new RecorderBackend(freeName());
  instance = backend;
  // Priority 0 is below every backend of TensorFlow.js: it is never picked as the default.
  tf.registerBackend(backend.name, () => backend, 0);
  for (const kernelName of Object.keys(lowerings)) {
    tf.registerKernel({
      kernelName,
      backendName: backend.name,
      kernelFunc: ({ inputs, attrs }) => record(backend, kernelName, inputs, attrs),
    });
  }
  return backend;
}

/** A name that no kernel and no backend goes by, so that kernels of another copy, or of a removed recorder, are not ours. */
function freeName(): string {
  const first = Object.keys(lowerings)[0]!;
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? RECORDER : `${RECORDER}-${copy}`;
    if (!tf.findBackendFactory(name) && !tf.getKernel(first, name)) return name;
  }
}

function record(
  backend: RecorderBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attributes: unknown,
): tf.TensorInfo | tf.TensorInfo[] {
  const { recording } = backend;
  if (recording === undefined) throw new UnsupportedError(`compile: kernel '${kernelName}' ran outside a recording.`);
  const values: Record<string, Value> = {};
  for (const [name, tensor] of Object.entries(inputs)) {
    if (tensor === undefined || tensor === null) continue;
    values[name] = recording.values.get(tensor.dataId) ?? recording.foreign(tensor as tf.Tensor);
  }
  if (recording.trace.length === recording.limit) {
    throw new UnsupportedError(`compile: it runs more than ${recording.limit} kernels, as loops over single steps do.`);
  }
  recording.builder.origin = `${kernelName}#${recording.trace.length}`;
  let results: Value | Value[];
  try {
    results = lowerings[kernelName]!(values, (attributes ?? {}) as KernelAttributes, recording.builder);
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    throw new UnsupportedError(`compile: kernel '${kernelName}' cannot be compiled: ${(error as Error).message}.`);
  }
  recording.trace.push({ kernel: kernelName, operands: Object.values(values), results: [results].flat() });
  return Array.isArray(results) ? results.map((value) => backend.handle(value)) : backend.handle(results);
}

/** Runs `body` with the recorder as TensorFlow.js's backend. */
export function withRecorder(recording: Recording, body: (backend: RecorderBackend) => void): void {
  const name = tf.getBackend();
  const real = tf.backend();
  const backend = recorderBackend();
  backend.real = real;
  backend.recording = recording;
  setBackendNow(backend.name);
  try {
    if (tf.backend() !== backend) throw new UnsupportedError("compile: TensorFlow.js did not accept the recorder.");
    body(backend);
  } finally {
    backend.recording = undefined;
    setBackendNow(name);
  }
}
