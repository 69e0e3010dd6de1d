import { inNode } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** The value of an environment variable, where there are any; an empty one counts as absent. */
export function environment(name: string): string | undefined {
  return inNode() ? process.env[name] || undefined : undefined;
}

/**
 * Keeps the JavaScript backend from printing its advice to install tfjs-node: it prints on its first tensor, and has a
 * flag on the instance for that.
 */
export function silenceBanner(): void {
  if (!inNode()) return;
  const cpu = tf.findBackend("cpu") as { firstUse?: boolean } | null;
  if (cpu !== null) cpu.firstUse = false;
}
