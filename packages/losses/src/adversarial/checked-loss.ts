import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import { checkShape, checkTensor, showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";

/**
 * The same loss, which refuses verdicts that it has no meaning for before it computes anything: other things than tensors, no
 * examples, verdicts of another width, and pairs of unequal shape, which would be broadcast against each other.
 *
 * @param owner - The loss's factory: the first word of each message.
 */
export function checkedLoss(owner: string, loss: AdversarialLoss): AdversarialLoss {
  const { verdict = 1, relativistic = false, distance } = loss;
  const check = (name: string, logits: tf.Tensor): void => {
    checkTensor(owner, name, logits);
    if (verdict > 1 && logits.shape.at(-1) !== verdict) {
      throw new ShapeError(
        `${owner}: expected \`${name}\` to have shape [batch, …, ${verdict}], a verdict of ${verdict} numbers, received ${showShape(logits.shape)}.`,
      );
    }
    if (logits.size === 0) {
      throw new DataError(
        `${owner}: expected at least one verdict in \`${name}\`, received shape ${showShape(logits.shape)}.`,
      );
    }
  };
  const pair = (real: tf.Tensor, fake: tf.Tensor): void => {
    check("real", real);
    check("fake", fake);
    // A relativistic loss subtracts verdict from verdict; others take the mean of each.
    if (relativistic && verdict === 1) checkShape(owner, "fake", fake.shape, real.shape);
  };
  return {
    ...loss,
    output(logits) {
      check("logits", logits);
      return loss.output(logits);
    },
    discriminator(real, fake) {
      pair(real, fake);
      return loss.discriminator(real, fake);
    },
    generator(fake, real) {
      check("fake", fake);
      if (!relativistic) return loss.generator(fake);
      if (real === undefined) {
        throw new ConfigError(
          `${owner}: expected \`real\`, the verdicts on data, beside those on samples: the loss is relativistic.`,
        );
      }
      pair(real, fake);
      checkShape(owner, "fake", fake.shape, real.shape);
      return loss.generator(fake, real);
    },
    ...(distance && {
      distance(real: tf.Tensor, fake: tf.Tensor) {
        pair(real, fake);
        return distance(real, fake);
      },
    }),
  };
}
