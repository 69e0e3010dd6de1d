import { UnsupportedError } from "@latentkit/core";
import { setGradient } from "./registry.js";

/** Gradient kernels that have no derivative here, with their inputs and the layer they come from. */
const REFUSED: Readonly<Record<string, readonly [layer: string, inputs: readonly string[]]>> = {
  AvgPool3DGrad: ["averagePooling3d", ["dy", "input"]],
  Conv3DBackpropFilterV2: ["conv3d", ["x", "dy"]],
  Conv3DBackpropInputV2: ["conv3d", ["dy", "filter"]],
  LRNGrad: ["localResponseNormalization", ["x", "y", "dy"]],
  MaxPool3DGrad: ["maxPooling3d", ["dy", "input", "output"]],
  Dilation2DBackpropInput: ["dilation2d", ["x", "filter", "dy"]],
  Dilation2DBackpropFilter: ["dilation2d", ["x", "filter", "dy"]],
};

/** Makes the second derivatives that do not exist say so by the layer's name. */
export function refuseTheRest(): void {
  for (const [kernel, [layer, inputs]] of Object.entries(REFUSED)) {
    const refuse = (): never => {
      throw new UnsupportedError(
        `${layer}: has no second derivative (kernel ${kernel}), which a gradient penalty needs; take another layer, or a loss without the penalty.`,
      );
    };
    setGradient(kernel, [], () => Object.fromEntries(inputs.map((input) => [input, refuse])));
  }
}
