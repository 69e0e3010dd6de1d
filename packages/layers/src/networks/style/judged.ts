import * as tf from "@tensorflow/tfjs";
import { minibatchStandardDeviation } from "../../batch-statistics/minibatch-standard-deviation.js";
import { pixelNormalization } from "../../style/pixel-normalization.js";
import type { Assembly } from "../assembly.js";
import { conv, dense } from "./equalized.js";
import { leaky } from "./leaky.js";

type Node = tf.SymbolicTensor;

/**
 * How a discriminator of pictures that grow ends at 4×4: the standard deviation over groups of examples, a convolution, a dense layer, a
 * logit. Told a class, the logit is the product of features and the class's embedding.
 */
export function judged(net: Assembly, features: Node, width: number, groupSize: number, label?: Node): Node {
  let x = net.apply(minibatchStandardDeviation({ groupSize, name: net.named("variety") }), features);
  x = leaky(net, "conv4", conv(net, "conv4", x, width, 3));
  x = net.apply(tf.layers.flatten({ name: net.named("flatten") }), x);
  x = leaky(net, "dense", dense(net, "dense", x, width));
  if (label === undefined) return dense(net, "logit", x, 1);
  const [seen, embedded] = [dense(net, "features", x, width), dense(net, "embedding", label, width)];
  const direction = net.apply(pixelNormalization({ name: net.named("direction") }), embedded);
  const product = net.apply(tf.layers.dot({ axes: 1, name: net.named("product") }), [seen, direction]);
  const scale = 1 / Math.sqrt(width);
  return net.apply(tf.layers.rescaling({ scale, offset: 0, name: net.named("logit") }), product);
}
