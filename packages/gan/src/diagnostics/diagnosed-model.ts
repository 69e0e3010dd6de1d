import type { Model, SamplesAtOnce } from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** A model that `ganDiagnostics` can watch: any of this package. */
export type DiagnosedModel = Model<never> &
  SamplesAtOnce & {
    readonly networks: { readonly discriminator: tf.LayersModel };
    readonly adversarialLoss: AdversarialLoss;
  };
