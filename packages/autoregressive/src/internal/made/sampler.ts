import { apply, Breather, sizeOf } from "@latentkit/core/authoring";
import type { MaskedDense } from "@latentkit/layers/authoring";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { Made } from "../../types.js";
import { withRequest } from "../request-of.js";
import { Drawing } from "../sampling/request.js";
import type { MadeDegrees } from "./degrees.js";
import { drawMade } from "./draw.js";

/** What a MADE samples with. */
export interface MadeSamplerParts {
  readonly network: tf.LayersModel;
  readonly layers: readonly MaskedDense[];
  readonly degrees: MadeDegrees;
  readonly inputShape: readonly number[];
  readonly masks: number;
  readonly likelihood: Likelihood;
}

/** Both ways to sample: unit by unit, and a pass of the whole network for each value. */
export function madeSampler(parts: MadeSamplerParts): Pick<Made, "sample" | "sampleNaively"> {
  const { inputShape, masks, likelihood, degrees, layers } = parts;
  const drawn = { owner: "made", shape: inputShape, likelihood, given: undefined, values: 1, chooses: masks > 1 };
  const sampler =
    (draw: (drawing: Drawing, mask: number, examples: number[], begun: number) => Promise<void>): Made["sample"] =>
    (options, random) =>
      withRequest(drawn, options, random, async (request) => {
        const drawing = new Drawing(request, 1);
        // Which mask draws which example: each as often, by chance.
        const maskOf = (u = 0): number => Math.min(masks - 1, Math.floor(u * masks));
        const all = Array.from({ length: request.count }, (_, i) => i);
        let begun = 0;
        for (let mask = 0; mask < masks; mask++) {
          const examples = all.filter((i) => maskOf(request.choices[i]) === mask);
          if (examples.length > 0) await draw(drawing, mask, examples, begun);
          begun += examples.length;
        }
        return drawing.tensor();
      });
  return {
    sample: sampler((drawing, mask, examples, begun) => drawMade(layers, degrees, mask, drawing, examples, begun)),
    sampleNaively: sampler((drawing, mask, examples, begun) => drawNaively(parts, drawing, mask, examples, begun)),
  };
}

async function drawNaively(
  { network, degrees, masks, inputShape }: MadeSamplerParts,
  drawing: Drawing,
  mask: number,
  examples: readonly number[],
  begun: number,
): Promise<void> {
  const size = sizeOf(inputShape);
  const breather = new Breather();
  const order = degrees.inputs[mask]!;
  for (let degree = 1; degree <= size; degree++) {
    const place = order.indexOf(degree);
    const said = tf.tidy(() => {
      const rows = tf.gather(tf.reshape(drawing.tensor(), [-1, size]), [...examples]);
      const x = tf.reshape(rows, [examples.length, ...inputShape]);
      const named = tf.tile(tf.oneHot([mask], Math.max(2, masks)).toFloat(), [examples.length, 1]);
      const output = apply(network, masks === 1 ? x : [x, named]);
      const perValue = output.size / (examples.length * size);
      return tf.slice(
        tf.reshape(output, [examples.length, size, perValue]),
        [0, place, 0],
        [examples.length, 1, perValue],
      );
    });
    const parameters = (await said.data()) as Float32Array;
    const perValue = said.size / examples.length;
    said.dispose();
    examples.forEach((example, row) => {
      drawing.draw(example, place, 0, parameters.slice(row * perValue, (row + 1) * perValue));
    });
    await breather.pause();
    drawing.request.signal?.throwIfAborted();
    drawing.tell(begun * size + degree * examples.length);
  }
}
