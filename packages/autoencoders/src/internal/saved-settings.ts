import { ConfigError, type Json, type Schedule } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** A number for a file; null for a schedule, which is a function. */
export function numberOrNull(value: number | Schedule): number | null {
  return typeof value === "number" ? value : null;
}

/** A layer for a file. */
export function layerToJSON(layer: tf.layers.Layer): Json {
  return { className: layer.getClassName(), config: layer.getConfig() as Json };
}

/** A layer from {@link layerToJSON}; undefined when its class is not registered. */
export function layerFromJSON(json: Json | undefined): tf.layers.Layer | undefined {
  const { className, config } = (json ?? {}) as { readonly className?: string; readonly config?: Json };
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const entry = Object.hasOwn(classNameMap, String(className)) ? classNameMap[String(className)] : undefined;
  if (entry === undefined) return undefined;
  const [cls, fromConfig] = entry;
  const built = fromConfig(cls, config as tf.serialization.ConfigDict);
  return built instanceof tf.layers.Layer ? built : undefined;
}

/** The given option, or the file's; a ConfigError when there is neither. */
export function given<T>(source: string, name: string, option: T | undefined, saved: T | null | undefined): T {
  const value = option ?? saved;
  if (value !== undefined && value !== null) return value;
  throw new ConfigError(
    `${source}: expected \`${name}\`, with which the autoencoder was trained, received nothing: files hold no functions.`,
  );
}
