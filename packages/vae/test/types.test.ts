import { type Autoencoder, autoencoder } from "@latentkit/autoencoders";
import type { BoundsLikelihood, Decodes, Encodes, EncodesDistribution, Reconstructs, Samples } from "@latentkit/core";
import { describe, expectTypeOf, it } from "vitest";
import { type IwaeOptions, iwae, type Vae, type VaeOptions, vae } from "../src/index.js";

describe("types", () => {
  it("gives a VAE every capability that it has", () => {
    expectTypeOf(vae).returns.toExtend<
      Encodes & Decodes & Reconstructs & Samples & EncodesDistribution & BoundsLikelihood
    >();
    expectTypeOf(iwae).returns.toEqualTypeOf<Vae>();
  });

  it("lets the compiler refuse an autoencoder where a likelihood bound or samples are needed", () => {
    expectTypeOf(autoencoder).returns.toEqualTypeOf<Autoencoder>();
    expectTypeOf<Autoencoder>().toExtend<Encodes & Decodes & Reconstructs>();
    expectTypeOf<Autoencoder>().not.toExtend<BoundsLikelihood>();
    expectTypeOf<Autoencoder>().not.toExtend<Samples>();
    const metric = (_: BoundsLikelihood): void => {};
    // @ts-expect-error An autoencoder has no bound.
    (model: Autoencoder) => metric(model);
    (model: Vae) => metric(model);
  });

  it("asks for both networks and nothing else", () => {
    expectTypeOf<{ encoder: VaeOptions["encoder"]; decoder: VaeOptions["decoder"] }>().toExtend<VaeOptions>();
    expectTypeOf<{ encoder: VaeOptions["encoder"] }>().not.toExtend<VaeOptions>();
    expectTypeOf<IwaeOptions["samples"]>().toEqualTypeOf<number | undefined>();
  });
});
