export * from "./convolution-matrix.js";
export * from "./maxout.js";
export * from "./minibatch-discrimination.js";
export * from "./minibatch-standard-deviation.js";
export * from "./spectral-conv2d.js";
export * from "./spectral-dense.js";
