import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { sizeOf } from "../ops/size-of.js";

/** Values of a tensor in the host's memory. */
export type HostValues = Float32Array | Int32Array | Uint8Array;

/** Somebody who has a tensor's values and gives them when they are asked for. */
export interface ValueHolder {
  /** The values; the caller may keep the array and does not write to it. */
  read(): HostValues | Promise<HostValues>;
  /** As {@link ValueHolder.read}. @throws UnsupportedError when they can only be had by waiting. */
  readSync(): HostValues;
  /** Brings values that can only be had by waiting to where `readSync` finds them. */
  fetch?(): Promise<void> | undefined;
}

/**
 * The home of tensors whose values TensorFlow.js has not been given yet. It computes nothing: TensorFlow.js moves a tensor's
 * values to the backend in use by itself as soon as a kernel wants them, and reads them from their holder until then.
 */
class HeldBackend extends tf.KernelBackend {
  readonly #held = new Map<object, { readonly holder: ValueHolder; count: number }>();

  add(dataId: object, holder: ValueHolder): void {
    this.#held.set(dataId, { holder, count: 1 });
  }

  holderOf(dataId: object): ValueHolder | undefined {
    return this.#held.get(dataId)?.holder;
  }

  override async read(dataId: object): Promise<HostValues> {
    return this.#held.get(dataId)!.holder.read();
  }

  override readSync(dataId: object): HostValues {
    return this.#held.get(dataId)!.holder.readSync();
  }

  override incRef(dataId: object): void {
    this.#held.get(dataId)!.count++;
  }

  override refCount(dataId: object): number {
    return this.#held.get(dataId)?.count ?? 0;
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.#held.get(dataId);
    if (entry === undefined) return true;
    entry.count--;
    if (entry.count > 0 && !force) return false;
    this.#held.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.#held.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override dispose(): void {
    this.#held.clear();
  }
}

const held = new HeldBackend();
const ready = new WeakSet<tf.KernelBackend>();

/**
 * Lets backends take values before they count references to them: most pass over what they do not have, and a clone that
 * nobody counted would free the values of its original.
 */
function prepareBackends(): void {
  const engine = tf.engine();
  for (const name in engine.registry) {
    const backend = engine.registry[name]!;
    if (ready.has(backend)) continue;
    ready.add(backend);
    if (backend.move === tf.KernelBackend.prototype.move) continue;
    const incRef = backend.incRef;
    backend.incRef = function countReference(this: tf.KernelBackend, dataId: object): void {
      if (held.holderOf(dataId) !== undefined) engine.moveData(this, dataId);
      incRef.call(this, dataId);
    };
  }
}

/**
 * A tensor of values that stay in the host's memory until a kernel wants them: an executor that computes elsewhere takes them
 * from there without a copy.
 *
 * @param values - Owned by the tensor from now on: nobody writes to them.
 * @param shape - As many elements as `values`.
 */
export function hostTensor<R extends tf.Rank>(
  values: HostValues,
  shape: readonly number[],
  dtype: "float32" | "int32" | "bool" = "float32",
): tf.Tensor<R> {
  const must = check("hostTensor");
  must.that("values", values, ArrayBuffer.isView(values), "a typed array");
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  must.that("shape", shape, isShape && sizeOf(shape) === values.length, `a shape of ${values.length} values`);
  must.oneOf("dtype", dtype, ["float32", "int32", "bool"]);
  prepareBackends();
  const dataId = {};
  held.add(dataId, { read: () => values, readSync: () => values });
  const info = { dataId, shape: [...shape], dtype };
  return tf.engine().makeTensorFromTensorInfo(info, held) as tf.Tensor<R>;
}

/**
 * Says that somebody else has a variable's values from now on: whoever reads or uses the variable gets them from there, until
 * a kernel has taken them over or somebody assigns.
 *
 * @returns The variable's data handle: while {@link holderOf} knows it, nobody has taken the values over.
 */
export function holdVariable(variable: tf.Variable, holder: ValueHolder): object {
  prepareBackends();
  const engine = tf.engine();
  engine.disposeTensor(variable);
  const dataId = {};
  held.add(dataId, holder);
  variable.dataId = dataId;
  engine.trackTensor(variable, held);
  return dataId;
}

/** Who has the values behind a data handle, or nothing when TensorFlow.js has them itself. */
export function holderOf(dataId: object): ValueHolder | undefined {
  return held.holderOf(dataId);
}

/**
 * Waits until these tensors can be used without waiting: values that an executor keeps on a device are brought to the host.
 * Call it before looking at a network's weights synchronously.
 *
 * @param tensors - For example `allVariables(Object.values(model.networks))`.
 */
export async function fetchHeld(tensors: Iterable<tf.Tensor>): Promise<void> {
  for (const { dataId } of tensors) {
    const fetching = held.holderOf(dataId)?.fetch?.();
    if (fetching !== undefined) await fetching;
  }
}
