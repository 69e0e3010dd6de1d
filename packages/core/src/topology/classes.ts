import * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import type { Tree, TreeObject } from "./tree.js";

/** A class by name with what it is built from. */
export interface Described extends TreeObject {
  readonly className: string;
  readonly config: TreeObject;
}

type Registered = { readonly prototype: unknown };

/** What a registered name stands for, or `undefined`. What is registered is what may be loaded. */
function registered(name: string): readonly [Registered, (cls: Registered, config: TreeObject) => unknown] | undefined {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  // Own names only: `constructor` is in every object.
  return Object.hasOwn(classNameMap, name) ? (classNameMap[name] as never) : undefined;
}

/** Whether JSON describes an object of a class. */
export function isDescribed(value: Tree): value is Described {
  if (!isObject(value)) return false;
  return typeof value.className === "string" && typeof value.config === "object" && value.config !== null;
}

/** Whether JSON is an object and no list. */
export function isObject(value: Tree | undefined): value is TreeObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What kind of layer a described class is; `undefined` for initialisers, constraints and what is not registered. */
export function layerKind({ className }: Described): "sequential" | "graph" | "input" | "layer" | undefined {
  const found = registered(className)?.[0];
  if (found === undefined || !isA(found, tf.layers.Layer)) return undefined;
  if (isA(found, tf.Sequential)) return "sequential";
  if (isA(found, tf.LayersModel)) return "graph";
  return className === "InputLayer" ? "input" : "layer";
}

/**
 * Whether JSON describes a layer that may be loaded.
 *
 * @throws CheckpointError when it does not, or its class is not registered with `tf.serialization`.
 */
export function checkLayer(value: Tree, where: string): asserts value is Described {
  if (!isDescribed(value)) throw new CheckpointError(`${where}: expected layers with a class and its options.`);
  if (layerKind(value) === undefined) {
    throw new CheckpointError(
      `${where}: the layer '${printable(value.className)}' is not known here. Import the package that its layers come from; register layers of your own with tf.serialization.registerClass.`,
    );
  }
}

/** Builds what JSON describes, by the registered class. */
export function construct({ className, config }: Described): unknown {
  const [found, fromConfig] = registered(className)!;
  return fromConfig(found, config);
}

function isA(found: Registered, base: { readonly prototype: object }): boolean {
  return found === base || found.prototype instanceof (base as unknown as new () => object);
}
