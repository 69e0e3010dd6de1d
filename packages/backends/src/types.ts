/** A backend that can be asked for; `auto` picks the fastest that works. */
export type BackendName = "auto" | "cpu" | "wasm" | "webgl" | "webgpu" | "node" | "node-gpu";

/** A backend that computes: {@link BackendName} without `auto`. */
export type ConcreteBackend = Exclude<BackendName, "auto">;

/** Every concrete backend, the ones that are usually fastest first. */
export const BACKENDS: readonly ConcreteBackend[] = ["node-gpu", "webgpu", "node", "webgl", "wasm", "cpu"];
