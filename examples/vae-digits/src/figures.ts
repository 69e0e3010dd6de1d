import { join } from "node:path";
import type { ArrayDataset, ImageBatch, ImageInfo } from "@latentkit/data";
import { encodeDataset } from "@latentkit/metrics";
import type { Vae } from "@latentkit/vae";
import {
  interpolationSheet,
  latentManifold,
  latentScatter,
  type Picture,
  type ReportFigure,
  reconstructionSheet,
  sampleSheet,
  savePicture,
  traversalSheet,
} from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

/** The test images with their labels. */
type Digits = ArrayDataset<ImageBatch, ImageInfo>;

/** Draws what the model has learnt, writes each sheet as a PNG file, and returns all for the report. */
export async function figures(model: Vae, test: Digits, seed: number, folder: string): Promise<ReportFigure[]> {
  const { x } = test.select(["x"]).gather(Uint32Array.from({ length: 30 }, (_, i) => i));
  const [first, left, right] = tf.tidy(() => [
    model.encode(tf.slice(x, 0, 1)),
    tf.slice(x, 0, 6),
    tf.slice(x, 6, 6),
  ]) as [tf.Tensor2D, tf.Tensor4D, tf.Tensor4D];
  const { codes, labels } = await encodeDataset(model, test);
  const { plane, dimensions } = await widest(codes);
  const axes = `z${dimensions[0]} and z${dimensions[1]}`;
  const scatter = await latentScatter(plane, {
    labels,
    classNames: test.info.classNames,
    xLabel: `z${dimensions[0]}`,
    yLabel: `z${dimensions[1]}`,
    theme: "page",
  });
  const sheets: Record<string, [Picture, alt: string, caption: string]> = {
    samples: [
      await sampleSheet(model, { count: 100, columns: 10, seed }),
      "A hundred digits drawn by the model",
      "Codes drawn from the prior, decoded: digits that nobody wrote.",
    ],
    reconstructions: [
      await reconstructionSheet(model, x),
      "Test images, and below each what the model makes of it",
      "Test images through the code and back.",
    ],
    interpolation: [
      await interpolationSheet(model, left, right, { steps: 12 }),
      "Six rows, each turning one digit into another",
      "From one test image to another along the straight line between their codes.",
    ],
    traversals: [
      await traversalSheet(model, first),
      "One row for each dimension of the code, which alone changes",
      "One dimension of a test image's code at a time, from −3 to 3.",
    ],
    manifold: [
      await latentManifold(model, { dimensions }),
      "A grid of digits that turn into each other",
      `The plane of ${axes}, in steps of equal probability${model.latentDim > 2 ? "; the other dimensions are 0" : ""}.`,
    ],
  };
  tf.dispose([x, first, left, right, codes, plane, labels ?? []]);
  for (const [name, [picture]] of Object.entries(sheets)) await savePicture(picture, join(folder, `${name}.png`));
  return [
    ...Object.entries(sheets).map(([name, [content, alt, caption]]) => {
      return { title: `${name[0]!.toUpperCase()}${name.slice(1)}`, content, alt, caption };
    }),
    {
      title: "Codes",
      content: scatter,
      alt: "Codes by class",
      caption: `Codes of the test images in the plane of ${axes}.`,
    },
  ];
}

/** The two dimensions in which codes differ most: those that carry most of what the model knows. */
async function widest(codes: tf.Tensor2D): Promise<{ plane: tf.Tensor2D; dimensions: [number, number] }> {
  const variance = tf.tidy(() => tf.moments(codes, 0).variance);
  const values = await variance.data();
  variance.dispose();
  const [a, b] = [...values.keys()].sort((i, j) => values[j]! - values[i]!) as [number, number];
  return { plane: tf.tidy(() => tf.gather(codes, tf.tensor1d([a, b], "int32"), 1)), dimensions: [a, b] };
}
