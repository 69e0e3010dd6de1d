import {
  adversarialAutoencoder,
  autoencoder,
  contractiveAutoencoder,
  denoisingAutoencoder,
  encoderClassifier,
  geometryAutoencoder,
  greedyAutoencoder,
  kSparseAutoencoder,
  recurrentAutoencoder,
  sparseAutoencoder,
  wassersteinAutoencoder,
} from "@latentkit/autoencoders";
import { gatedPixelCnn, imageTransformer, made, pixelCnn, pixelCnnPlusPlus, pixelRnn } from "@latentkit/autoregressive";
import type { AnyFactory } from "@latentkit/core";
import {
  auxiliaryClassifierGan,
  boundaryEquilibriumGan,
  conditionalGan,
  fGan,
  gan,
  hingeGan,
  infoGan,
  leastSquaresGan,
  minimaxGan,
  nonSaturatingGan,
  realnessGan,
  relativisticGan,
  wassersteinGan,
  wassersteinGanGp,
} from "@latentkit/gan";
import { withPrior } from "@latentkit/losses";
import { annealedVae, betaTcVae, conditionalVae, dipVae, factorVae, infoVae, iwae, vae } from "@latentkit/vae";

/** Every factory of the library: what the command line opens files with. A program names those that it expects. */
export const KINDS: readonly AnyFactory[] = [
  ...[adversarialAutoencoder, autoencoder, contractiveAutoencoder, denoisingAutoencoder, encoderClassifier],
  ...[geometryAutoencoder, greedyAutoencoder, kSparseAutoencoder, recurrentAutoencoder, sparseAutoencoder],
  ...[
    wassersteinAutoencoder,
    auxiliaryClassifierGan,
    boundaryEquilibriumGan,
    conditionalGan,
    fGan,
    gan,
    hingeGan,
    infoGan,
  ],
  ...[leastSquaresGan, minimaxGan, nonSaturatingGan, realnessGan, relativisticGan, wassersteinGan, wassersteinGanGp],
  ...[annealedVae, betaTcVae, conditionalVae, dipVae, factorVae, infoVae, iwae, vae, withPrior],
  ...[gatedPixelCnn, imageTransformer, made, pixelCnn, pixelCnnPlusPlus, pixelRnn],
];
