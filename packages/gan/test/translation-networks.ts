import { random } from "@latentkit/core";
import { patchDiscriminator, residualGenerator, unetGenerator } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";

const side = 8;

/** Small networks that colour grey pictures. */
export function colouring() {
  return {
    generator: unetGenerator({ inputShape: [side, side, 1], outputChannels: 3, filters: [3, 4], seed: 1 }),
    discriminator: patchDiscriminator({ inputShape: [side, side, 4], filters: [3, 4], seed: 1 }),
  };
}

/** Small networks between two kinds of pictures. */
export function restyling() {
  const pictures = { inputShape: [side, side, 2], filters: [3, 4], seed: 1 };
  return {
    forward: residualGenerator({ ...pictures, blocks: 1, name: "forward" }),
    backward: residualGenerator({ ...pictures, blocks: 1, name: "backward" }),
    discriminatorX: patchDiscriminator({ ...pictures, name: "discriminatorX" }),
    discriminatorY: patchDiscriminator({ ...pictures, name: "discriminatorY" }),
  };
}

/** Pictures in [0, 1]. */
export function pictures(channels: number, name: string, count = 3): tf.Tensor4D {
  return random(5).stream(name).uniform([count, side, side, channels]);
}
