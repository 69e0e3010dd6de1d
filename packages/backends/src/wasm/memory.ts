import { OutOfMemoryError, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { WasmBackend } from "./backend.js";
import { hasRoom, LIMIT, note, release } from "./heap.js";

/** What is used of the class of TensorFlow.js's WebAssembly backends. */
interface BackendPrototype {
  move(
    this: WasmBackend,
    dataId: object,
    values: unknown,
    shape: readonly number[],
    dtype: tf.DataType,
    refCount: number,
  ): void;
}

/** Tensors that the kernel at work, and those that it was called by, have made so far. One list for all: a call costs nothing so. */
const made: object[] = [];
/** Kernels at work inside each other; 0 outside kernels. */
let depth = 0;
/** The tensor for which room is sought. */
let sought = "";
let installed = false;

/**
 * Looks after every allocation of the WebAssembly backend, ours and the shipped kernels': as shipped, a tensor for which there is no
 * room gets the address 0 or, beyond 4 GiB, that of a block which is far too small, and kernels write over whatever lies there.
 */
export function watchMemory(prototype: object): void {
  if (installed) return;
  installed = true;
  const backend = prototype as BackendPrototype;
  const { move } = backend;
  backend.move = function (dataId, values, shape, dtype, refCount) {
    watchAllocation(this.wasm);
    sought = `a tensor of ${dtype} [${shape.join(", ")}]`;
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) refuseShape();
    move.call(this, dataId, values, shape, dtype, refCount);
    if (depth > 0) made.push(dataId);
    sought = "";
  };
}

const watched = new WeakSet<WasmBackend["wasm"]>();

function watchAllocation(module: WasmBackend["wasm"]): void {
  if (watched.has(module)) return;
  watched.add(module);
  // The first call of each puts another function in its place.
  module._free(module._malloc(8));
  const [allocate, free] = [module._malloc, module._free];
  module._malloc = (bytes) => {
    const offset = hasRoom(module, bytes) ? allocate(bytes) >>> 0 : 0;
    if (offset === 0 && bytes > 0) refuse(bytes);
    note(module, offset, bytes);
    return offset;
  };
  module._free = (offset) => {
    release(module, offset >>> 0);
    free(offset);
  };
}

/** Sizes that are none would make the bookkeeping of memory worthless: nothing could be allocated after. */
function refuseShape(): never {
  const asker = sought;
  sought = "";
  throw new ShapeError(`wasm: there is no ${asker}: expected sizes that are whole numbers ≥ 0.`);
}

function refuse(bytes: number): never {
  const asker = sought || "working memory of a kernel";
  sought = "";
  const { numBytes } = tf.memory();
  throw new OutOfMemoryError(
    `wasm: no room for ${asker}: it takes ${megabytes(bytes)}, the backend holds at most ${megabytes(LIMIT)}, and ${megabytes(numBytes)} are in tensors. Compute in chunks (sample fewer at a time, a smaller batch), free tensors with tf.tidy, or take the backend 'node' or 'webgpu'.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
}

/** Runs a kernel; when it throws, what it has made is freed. */
export function freeOnFailure<C extends { readonly backend: WasmBackend }, T>(kernel: (call: C) => T, call: C): T {
  const mark = made.length;
  depth++;
  try {
    return kernel(call);
  } catch (error) {
    for (const dataId of made.splice(mark)) call.backend.disposeData(dataId, true);
    throw error;
  } finally {
    depth--;
    if (depth === 0) made.length = 0;
  }
}
