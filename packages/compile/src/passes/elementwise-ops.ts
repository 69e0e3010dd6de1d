/** Operations that work element by element, inputs broadcast to the output's shape. */
export const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...[
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Pow",
    "Max",
    "Min",
    "Clip",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Equal",
  ],
  ...["And", "Or", "Not", "Where", "Cast", "Abs", "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Sign", "Sin", "Cos"],
  ...["Tanh", "Sigmoid", "HardSigmoid", "Softplus", "Relu", "LeakyRelu", "Elu", "Selu"],
  ...["Erf", "Floor", "Ceil", "Round"],
]);
