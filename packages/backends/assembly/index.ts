export { addBias } from "./bias";
export { convFilterGradient, convForward, convInputGradient, setConv } from "./conv";
export { depthwiseFilterGradient, depthwiseInputGradient, setDepthwise } from "./depthwise";
export { gemm, gemmScratch } from "./gemm";
