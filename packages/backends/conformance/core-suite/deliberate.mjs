/** Tests whose expectation the library does not meet on purpose: the file, the name without the backend, and why. */
const bothBackends = [
  ...differ(
    "gradients_test.js",
    "logical operations have the slope zero, so that choices by them can be differentiated",
    ["gradients errors if relevant ops are missing grads"],
  ),
  ...differ(
    "ops/avg_pool_test.js",
    "the forward pass divides by the values within the image, and so does the gradient",
    ["avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit"],
  ),
  ...differ("ops/depthwise_conv2d_test.js", "dilated depthwise convolutions have a gradient", [
    "depthwiseConv2d gradients throws error on dilations > 1",
  ]),
  ...differ("ops/mirror_pad_test.js", "what reaches the margin belongs to the values that it mirrors", [
    "mirrorPad grad",
    "mirrorPad gradient with clones",
  ]),
  ...["max", "min"].flatMap((name) =>
    differ(
      `ops/${name}_test.js`,
      "equal extremes share the gradient in equal parts, as in TensorFlow's reduce_max and PyTorch's amax",
      [
        `${name} ${name} gradient: 1D, ties`,
        `${name} ${name} gradient: ties, 2D, axes=-1, keepDims=false`,
        `${name} ${name} gradient: ties, 3D, axes=[1, 2], keepDims=false`,
        `${name} ${name} gradient: ties, 4D, axes=[1, 2, 3], keepDims=false`,
        `${name} ${name} gradient: ties, 4D, axes=[2, 3], keepDims=true`,
      ],
    ),
  ),
];

const notANumber = "NaN is kept: a kernel that loses it hides that a model diverged";
const keptNaN = [
  ...differ("ops/max_pool_test.js", notANumber, ["maxPool [x=[3,3,1] f=[2,2] s=1 ignores NaNs"]),
  ...differ("ops/max_pool_3d_test.js", notANumber, ["maxPool3d x=[1,3,3,3,1] f=[2,2,2] s=1 p=valid, ignores NaNs"]),
  ...differ("ops/max_pool_with_argmax_test.js", notANumber, [
    "maxPoolWithArgmax [x=[1,3,3,1] f=[2,2] s=1 ignores NaNs",
  ]),
  ...differ("ops/sign_test.js", notANumber, [
    "sign basic",
    "sign does not propagate NaNs",
    "sign accepts a tensor-like object",
  ]),
];

const windowsOfOne = differ(
  "ops/pool_test.js",
  "windows of one value that lie on padding, or pass over values, are not the image itself",
  ["max", "avg"].map((kind) => `pool ${kind} x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding`),
);

/** By backend. */
export const deliberate = {
  wasm: [...bothBackends, ...keptNaN],
  cpu: [...bothBackends, ...keptNaN, ...windowsOfOne],
};

function differ(file, reason, names) {
  return names.map((name) => ({ file, name, reason }));
}
