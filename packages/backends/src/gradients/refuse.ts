import { UnsupportedError } from "@latentkit/core";
import { setGradient } from "./registry.js";

/** Kernels that have no derivative here, with the operation that they belong to. */
const NO_GRADIENT: Readonly<Record<string, string>> = {
  Complex: "complex",
  ComplexAbs: "abs of complex numbers",
  CropAndResize: "cropAndResize",
  DenseBincount: "bincount",
  Diag: "diag",
  FFT: "fft",
  FlipLeftRight: "flipLeftRight",
  IFFT: "ifft",
  Imag: "imag",
  MaxPoolWithArgmax: "maxPoolWithArgmax",
  Real: "real",
  RotateWithOffset: "rotateWithOffset",
  SparseSegmentMean: "sparseSegmentMean",
  SparseSegmentSum: "sparseSegmentSum",
  SparseToDense: "sparseToDense",
  TensorScatterUpdate: "tensorScatterUpdate",
  Transform: "transform",
};

/** Gradient kernels that have no derivative here, with the operation that they come from. */
const NO_SECOND_DERIVATIVE: Readonly<Record<string, string>> = {
  Dilation2DBackpropFilter: "dilation2d",
  Dilation2DBackpropInput: "dilation2d",
  LRNGrad: "localResponseNormalization",
};

/** Makes the derivatives that do not exist say so by the operation's name. */
export function refuseTheRest(): void {
  for (const [kernel, operation] of Object.entries(NO_GRADIENT)) {
    refuse(
      kernel,
      `${operation}: has no gradient (kernel ${kernel}); take another operation, or keep it out of the loss.`,
    );
  }
  for (const [kernel, operation] of Object.entries(NO_SECOND_DERIVATIVE)) {
    refuse(
      kernel,
      `${operation}: has no second derivative (kernel ${kernel}), which a gradient penalty needs; take another layer, or a loss without the penalty.`,
    );
  }
}

function refuse(kernel: string, message: string): void {
  setGradient(kernel, {}, () => {
    throw new UnsupportedError(message);
  });
}
