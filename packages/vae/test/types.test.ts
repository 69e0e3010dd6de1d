import { type Autoencoder, autoencoder } from "@latentkit/autoencoders";
import type { BoundsLikelihood, Decodes, Encodes, EncodesDistribution, Reconstructs, Samples } from "@latentkit/core";
import { evidenceLowerBound } from "@latentkit/metrics";
import type { Tensor } from "@tensorflow/tfjs";
import { describe, expectTypeOf, it } from "vitest";
import { type Iwae, type IwaeOptions, iwae, type Vae, type VaeOptions, vae } from "../src/index.js";

describe("types", () => {
  it("gives a VAE every capability that it has", () => {
    expectTypeOf(vae).returns.toExtend<
      Encodes & Decodes & Reconstructs & Samples & EncodesDistribution & BoundsLikelihood
    >();
    expectTypeOf(iwae).returns.toEqualTypeOf<Iwae>();
    // An importance-weighted autoencoder is not mistaken for a VAE.
    expectTypeOf<Iwae>().not.toExtend<Vae>();
  });

  it("lets the compiler refuse an autoencoder where a likelihood bound or samples are needed", () => {
    expectTypeOf(autoencoder).returns.toEqualTypeOf<Autoencoder>();
    expectTypeOf<Autoencoder>().toExtend<Encodes & Decodes & Reconstructs>();
    expectTypeOf<Autoencoder>().not.toExtend<BoundsLikelihood>();
    expectTypeOf<Autoencoder>().not.toExtend<Samples>();
    expectTypeOf<Vae>().toExtend<Parameters<typeof evidenceLowerBound>[0]>();
    expectTypeOf<Autoencoder>().not.toExtend<Parameters<typeof evidenceLowerBound>[0]>();
    // @ts-expect-error An autoencoder has no bound.
    const bound = (model: Autoencoder, x: Tensor) => evidenceLowerBound(model, x);
    // @ts-expect-error And nothing to draw codes from.
    const sheet = (model: Autoencoder) => model.sample(1);
    expectTypeOf(bound).toBeFunction();
    expectTypeOf(sheet).toBeFunction();
  });

  it("asks for both networks and nothing else", () => {
    expectTypeOf<{ encoder: VaeOptions["encoder"]; decoder: VaeOptions["decoder"] }>().toExtend<VaeOptions>();
    expectTypeOf<{ encoder: VaeOptions["encoder"] }>().not.toExtend<VaeOptions>();
    expectTypeOf<IwaeOptions["samples"]>().toEqualTypeOf<number | undefined>();
  });
});
