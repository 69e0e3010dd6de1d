export { addBias } from "./bias";
export { equal, greater, greaterEqual, maximum, minimum, notEqual, select } from "./binary";
export { convFilterGradient, convForward, convInputGradient, setConv } from "./conv";
export { copyView, gather, segmentSum } from "./copy";
export { depthwiseFilterGradient, depthwiseInputGradient, setDepthwise } from "./depthwise";
export { gemm, gemmScratch } from "./gemm";
export { maxPoolGradient, resizeGradient, spreadOverWindows } from "./pool";
export { cumulativeSum, sum } from "./reduce";
export { exp, leakyRelu, rsqrt, scale, softplus, sqrt, tanh } from "./unary";
