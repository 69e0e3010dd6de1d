import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";

/** JSON as a file holds it, after {@link readTree}. */
export type Tree = null | boolean | number | string | readonly Tree[] | TreeObject;

/** An object of a {@link Tree}. */
export interface TreeObject {
  readonly [key: string]: Tree;
}

/** How deep objects may be nested: 25 networks inside each other. */
const DEEPEST = 100;
/** Values in the description of one file: a thousand times those of a large network. */
const MOST_VALUES = 500_000;
const CONTROL = /\p{Cc}/u;

/**
 * A copy of a network's description that is safe to walk and to build from: bounded in depth and size, without names that
 * reach prototypes or that a terminal would obey.
 *
 * @param pythonic - Whether keys and strings are in snake_case, as in the first version of files, and have to be turned back.
 * @throws CheckpointError where the description does not keep to that.
 */
export function readTree(json: unknown, where: string, pythonic: boolean): Tree {
  let values = 0;
  const text = (found: string): string => {
    if (CONTROL.test(found)) {
      throw new CheckpointError(`${where}: the name '${printable(found)}' has control characters.`);
    }
    return found;
  };
  const read = (value: unknown, depth: number, key: string): Tree => {
    if (++values > MOST_VALUES) throw new CheckpointError(`${where}: more than ${MOST_VALUES} values.`);
    if (depth > DEEPEST) throw new CheckpointError(`${where}: nested deeper than ${DEEPEST} levels.`);
    if (typeof value === "string") return pythonic && key !== "name" ? camelCase(text(value)) : text(value);
    if (value === null || typeof value !== "object") return value as Tree;
    // References to layers begin with a name, which is kept as it is.
    const refers = key === "inboundNodes" || key === "inputLayers" || key === "outputLayers";
    if (Array.isArray(value)) {
      return value.map((item, i) =>
        read(item, depth + 1, refers && i === 0 && typeof item === "string" ? "name" : key),
      );
    }
    const object: Record<string, Tree> = {};
    for (const [own, item] of Object.entries(value)) {
      const name = pythonic ? camelCase(text(own)) : text(own);
      // Two readers could see two different networks.
      if (name === "__proto__" || Object.hasOwn(object, name)) {
        throw new CheckpointError(`${where}: the key '${printable(own)}' cannot be used, or is there twice.`);
      }
      object[name] = read(item, depth + 1, name);
    }
    return object;
  };
  return read(json, 0, "");
}

/** `batch_input_shape` → `batchInputShape`. */
function camelCase(text: string): string {
  return text.length < 2 ? text : text.replace(/_+(\w|$)/g, (_, next: string) => next.toUpperCase());
}
