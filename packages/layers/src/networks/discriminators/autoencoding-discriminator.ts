import { checkEncoderDecoder, network, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { named } from "../options.js";

/** Options of {@link autoencodingDiscriminator}. */
export interface AutoencodingDiscriminatorOptions {
  /** `[batch, …]` → the code, `[batch, latentDim]`. */
  readonly encoder: tf.LayersModel;
  /** `[batch, latentDim]` → `[batch, …]`. */
  readonly decoder: tf.LayersModel;
  /** Name of the network. Default `discriminator`. */
  readonly name?: string;
}

const SPECIFICATION = {
  encoder: network(),
  decoder: network(),
  name: named("discriminator").name,
} satisfies SpecificationOf<AutoencodingDiscriminatorOptions>;

/**
 * A discriminator that rebuilds what it sees: its verdict is the rebuilt example, and how far that is from the example is an energy,
 * low for data. Encoder and decoder become parts of it: give it to the model in their place.
 *
 * **Shapes** `[batch, …]` → `[batch, …]`.
 *
 * **Source** Zhao, Mathieu and LeCun, "Energy-based Generative Adversarial Network", 2017, section 2.2,
 * https://arxiv.org/abs/1609.03126; Berthelot, Schumm and Metz, "BEGAN", 2017, section 3. https://arxiv.org/abs/1703.10717
 *
 * @throws ConfigError for an option that is misspelt; ShapeError when encoder and decoder do not fit together.
 * @example
 * ```ts
 * import { autoencodingDiscriminator, mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const shape = { hiddenUnits: [16], latentDim: 4 };
 * const encoder = mlpEncoder({ inputShape: [8], ...shape });
 * const discriminator = autoencodingDiscriminator({ encoder, decoder: mlpDecoder({ outputShape: [8], ...shape }) });
 * ```
 */
export function autoencodingDiscriminator(options: AutoencodingDiscriminatorOptions): tf.LayersModel {
  const owner = "autoencodingDiscriminator";
  const { encoder, decoder, name } = resolveOptions(owner, SPECIFICATION, options);
  const reason = "reconstruction";
  checkEncoderDecoder(owner, encoder, decoder, { encoderOutputs: ["code"], parametersPerValue: 1, reason });
  const outputs = decoder.apply(encoder.outputs[0]!) as tf.SymbolicTensor;
  return tf.model({ inputs: encoder.inputs, outputs, name });
}
