import type { GraphBuilder } from "../graph/builder.js";
import { slope } from "../graph/slope.js";
import type { ElementType, Value } from "../graph/types.js";
import type { Lowering, Lowerings } from "./types.js";

const unary =
  (op: string): Lowering =>
  ({ x }, _, g) =>
    g.unary(op, x!);

const binary =
  (op: string): Lowering =>
  ({ a, b }, _, g) =>
    g.binary(op, a!, b!);

const compare =
  (op: string): Lowering =>
  ({ a, b }, _, g) =>
    g.compare(op, a!, b!);

/**
 * `log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)`, which never overflows. ONNX has a Softplus, but ONNX Runtime computes it
 * one element at a time, ten times slower than these operations together.
 */
const softplus: Lowering = ({ x }, _, g) => {
  const tail = g.unary("Log", g.add(g.unary("Exp", g.unary("Neg", g.unary("Abs", x!))), 1));
  return g.add(g.unary("Relu", x!), tail);
};

/**
 * 1 above zero and `alpha` elsewhere. Asked of the rectified input, which the forward pass has anyway, so that the input
 * itself is needed nowhere else and the ReLU can be fused with what is before it.
 */
const step: Lowering = ({ x }, { alpha = 0 }, g) => {
  const [rectified, below] = [g.unary("Relu", x!), alpha as number];
  if (below >= 0 && below < 1) return slope(g, rectified, below);
  return g.where(g.compare("Greater", rectified, 0), 1, below);
};

/** Applies an activation by TensorFlow.js's name. */
export function activate(g: GraphBuilder, x: Value, name: string, alpha?: Value, leakyreluAlpha?: number): Value {
  switch (name) {
    case "linear":
      return x;
    case "relu":
      return g.unary("Relu", x);
    case "relu6":
      return relu6(g, x);
    case "elu":
      return g.unary("Elu", x);
    case "sigmoid":
      return sigmoid(g, x);
    case "leakyrelu":
      return g.unary("LeakyRelu", x, { alpha: { float: leakyreluAlpha ?? 0.2 } });
    case "prelu":
      return prelu(g, x, alpha!);
    default:
      throw new Error(`activation '${name}'`);
  }
}

/**
 * `1 / (1 + e^−x)`. ONNX Runtime's own Sigmoid is right to 10⁻⁷ of 1, not of itself, which leaves nothing of the small
 * gradients that a confident discriminator sends to its generator.
 */
function sigmoid(g: GraphBuilder, x: Value): Value {
  return g.unary("Reciprocal", g.add(g.unary("Exp", g.unary("Neg", x)), 1));
}

function relu6(g: GraphBuilder, x: Value): Value {
  return g.binary("Min", g.unary("Relu", x), 6);
}

function prelu(g: GraphBuilder, x: Value, alpha: Value): Value {
  return g.where(g.compare("Less", x, 0), g.mul(x, alpha), x);
}

const float = (value: number): { readonly float: number } => ({ float: value });

/** Elementwise kernels. */
export const elementwise: Lowerings = {
  Abs: unary("Abs"),
  Neg: unary("Neg"),
  Exp: unary("Exp"),
  Log: unary("Log"),
  Sqrt: unary("Sqrt"),
  Reciprocal: unary("Reciprocal"),
  Sign: unary("Sign"),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Tan: unary("Tan"),
  Asin: unary("Asin"),
  Acos: unary("Acos"),
  Atan: unary("Atan"),
  Sinh: unary("Sinh"),
  Cosh: unary("Cosh"),
  Tanh: unary("Tanh"),
  Asinh: unary("Asinh"),
  Acosh: unary("Acosh"),
  Atanh: unary("Atanh"),
  Sigmoid: ({ x }, _, g) => sigmoid(g, x!),
  Relu: unary("Relu"),
  Elu: unary("Elu"),
  Erf: unary("Erf"),
  Floor: unary("Floor"),
  Ceil: unary("Ceil"),
  Round: unary("Round"),
  LogicalNot: unary("Not"),
  Softplus: softplus,
  Step: step,
  Expm1: ({ x }, _, g) => g.sub(g.unary("Exp", x!), 1),
  Log1p: ({ x }, _, g) => g.unary("Log", g.add(x!, 1)),
  Rsqrt: ({ x }, _, g) => g.unary("Reciprocal", g.unary("Sqrt", x!)),
  Square: ({ x }, _, g) => g.mul(x!, x!),
  Relu6: ({ x }, _, g) => relu6(g, x!),
  Selu: ({ x }, _, g) => g.unary("Selu", x!, { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) }),
  LeakyRelu: ({ x }, { alpha }, g) => g.unary("LeakyRelu", x!, { alpha: float(alpha as number) }),
  Prelu: ({ x, alpha }, _, g) => prelu(g, x!, alpha!),
  EluGrad: ({ dy, y }, _, g) => g.where(g.compare("GreaterOrEqual", y!, 0), dy!, g.mul(dy!, g.add(y!, 1))),
  ClipByValue: ({ x }, { clipValueMin, clipValueMax }, g) =>
    g.binary("Min", g.binary("Max", x!, clipValueMin as number), clipValueMax as number),
  IsNan: ({ x }, _, g) => g.node("IsNaN", [x], "bool", x!.shape),
  IsInf: ({ x }, _, g) => g.node("IsInf", [x], "bool", x!.shape),
  IsFinite: ({ x }, _, g) => g.compare("Less", g.unary("Abs", x!), Number.POSITIVE_INFINITY),
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: binary("Mul"),
  RealDiv: ({ a, b }, _, g) => g.div(g.cast(a!, "float32"), g.cast(b!, "float32")),
  // Always int32, as TensorFlow.js has it.
  FloorDiv: ({ a, b }, _, g) => g.cast(g.unary("Floor", g.div(g.cast(a!, "float32"), g.cast(b!, "float32"))), "int32"),
  Mod: ({ a, b }, _, g) => g.sub(a!, g.mul(b!, g.unary("Floor", g.div(a!, b!)))),
  Pow: binary("Pow"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  SquaredDifference: ({ a, b }, _, g) => {
    const difference = g.sub(a!, b!);
    return g.mul(difference, difference);
  },
  Greater: compare("Greater"),
  GreaterEqual: compare("GreaterOrEqual"),
  Less: compare("Less"),
  LessEqual: compare("LessOrEqual"),
  Equal: compare("Equal"),
  NotEqual: ({ a, b }, _, g) => g.unary("Not", g.compare("Equal", a!, b!)),
  LogicalAnd: compare("And"),
  LogicalOr: compare("Or"),
  AddN: (inputs, _, g) => Object.values(inputs).reduce((sum, term) => g.add(sum, term)),
  Cast: ({ x }, { dtype }, g) => g.cast(x!, dtype as ElementType),
  Identity: ({ x }) => x!,
  Select: ({ condition, t, e }, _, g) => {
    const rank = t!.shape.length;
    // A vector of conditions picks whole examples.
    const mask =
      condition!.shape.length === 1 && rank > 1
        ? g.reshape(condition!, [condition!.shape[0]!, ...new Array<number>(rank - 1).fill(1)])
        : condition!;
    return g.where(mask, t!, e!);
  },
};
