export { addBias } from "./bias";
export { equal, greater, greaterEqual, maximum, minimum, notEqual, prelu, select } from "./binary";
export { convFilterGradient, convForward, convInputGradient, setConv } from "./conv";
export { copyView, gather, segmentSum } from "./copy";
export { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient, setDepthwise } from "./depthwise";
export { gemm, gemmScratch } from "./gemm";
export { maxPoolGradient, pool, pool3d, resizeGradient, spreadOverWindows } from "./pool";
export { cumulativeSum, extremes, sum } from "./reduce";
export { clip, exp, leakyRelu, rsqrt, scale, sign, softplus, sqrt, tanh } from "./unary";
