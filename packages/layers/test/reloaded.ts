import { decodeNetworks, encodeNetworks } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** Networks as they are after saving and loading. */
export async function reloaded(
  networks: Readonly<Record<string, tf.LayersModel>>,
): Promise<Readonly<Record<string, tf.LayersModel>>> {
  return (await decodeNetworks(await encodeNetworks(networks))).networks;
}
