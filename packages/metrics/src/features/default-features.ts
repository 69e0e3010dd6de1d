import { ShapeError } from "@latentkit/core";
import { showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { FeatureFunction } from "../internal/collect-features.js";
import { digitClassifier } from "./digit-classifier.js";

/** The digit classifier's hidden layer, with a message that says what else to do for other images. */
export async function defaultFeatures(owner: string): Promise<FeatureFunction> {
  const classifier = await digitClassifier();
  return (x) => classifier.features(checked(owner, "features", x));
}

/** The digit classifier's logits, with such a message. */
export async function defaultClassifier(owner: string): Promise<FeatureFunction> {
  const classifier = await digitClassifier();
  return (x) => classifier.classify(checked(owner, "classify", x));
}

function checked(owner: string, option: string, x: tf.Tensor): tf.Tensor {
  if (x.shape.slice(1).join() !== "28,28,1") {
    throw new ShapeError(
      `${owner}: expected images of shape [batch, 28, 28, 1] for the digit classifier, received ${showShape(x.shape)}; pass \`${option}\` for other data.`,
    );
  }
  return x;
}
