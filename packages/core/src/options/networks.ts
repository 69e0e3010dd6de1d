import * as tf from "@tensorflow/tfjs";
import { CheckpointError, ConfigError } from "../errors.js";
import type { Json } from "../types/json.js";
import type { Option } from "./option.js";

/**
 * A network: a built `tf.LayersModel` of the caller's or of the library's builders. Files hold its topology and weights under
 * the option's name, so the model that is made of it has to list it under that name.
 */
export function network(): Option<tf.LayersModel, "required"> {
  return {
    presence: "required",
    expected: "a network (a tf.LayersModel, such as the builders of @latentkit/layers give)",
    accepts: (value) => value instanceof tf.LayersModel,
    show: (value) => value.name,
    toJSON: () => null,
    fromJSON: () => {
      throw new ConfigError("network: expected the network itself, received JSON.");
    },
    network: true,
  };
}

/** Several networks by name, under which the model that is made of them lists them. */
export function networks(): Option<Readonly<Record<string, tf.LayersModel>>, "required"> {
  return {
    presence: "required",
    expected: "networks by name",
    accepts: (value) =>
      typeof value === "object" && value !== null && Object.values(value).every((one) => one instanceof tf.LayersModel),
    show: (value) => Object.keys(value).join(", "),
    toJSON: (value) => Object.keys(value),
    fromJSON: (json, { networks: loaded }) =>
      Object.fromEntries((json as string[]).map((name) => [name, loaded[name]!])),
  };
}

/** A layer without weights, such as a noise layer. Files hold its class and configuration. */
export function layer(): Option<tf.layers.Layer, "required"> {
  return {
    presence: "required",
    expected: "a layer",
    accepts: (value) => value instanceof tf.layers.Layer && !(value instanceof tf.LayersModel),
    show: (value) => value.getClassName(),
    toJSON: (value) => ({ className: value.getClassName(), config: value.getConfig() as Json }),
    fromJSON: (json, { source }) => layerFromJSON(json, source),
  };
}

function layerFromJSON(json: Json, source: string): tf.layers.Layer {
  const { className, config } = (typeof json === "object" && json !== null ? json : {}) as {
    readonly className?: Json;
    readonly config?: Json;
  };
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const entry = Object.hasOwn(classNameMap, String(className)) ? classNameMap[String(className)] : undefined;
  const built = entry?.[1](entry[0], config as tf.serialization.ConfigDict);
  if (built instanceof tf.layers.Layer) return built;
  throw new CheckpointError(
    `${source}: the class '${String(className)}' of a layer is not known; import the package that it comes from.`,
  );
}
