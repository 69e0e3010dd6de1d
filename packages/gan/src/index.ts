// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export * from "./auxiliary-classifier-gan.js";
export * from "./boundary-equilibrium-gan.js";
export * from "./codes/categorical-code.js";
export type { LatentCode } from "./codes/latent-code.js";
export * from "./codes/uniform-code.js";
export * from "./conditional-gan.js";
export * from "./diagnostics/index.js";
export * from "./gan.js";
export * from "./hinge-gan.js";
export * from "./info-gan.js";
export * from "./least-squares-gan.js";
export * from "./minimax-gan.js";
export * from "./non-saturating-gan.js";
export * from "./penalty-terms.js";
export * from "./realness-gan.js";
export * from "./relativistic-gan.js";
export { type ReplayBuffer, type ReplayOptions, replayBuffer } from "./replay.js";
export * from "./standing-statistics.js";
export type * from "./types.js";
export * from "./views/differentiable-augmentation.js";
export type { ExampleView } from "./views/example-view.js";
export * from "./views/instance-noise.js";
export * from "./views/random-affine.js";
export * from "./wasserstein-gan.js";
export * from "./wasserstein-gan-gp.js";
