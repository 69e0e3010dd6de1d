import { sizeOf } from "@latentkit/core/authoring";
import {
  type Attribute,
  broadcastShape,
  type ConstantData,
  ELEMENT_CODE,
  type ElementType,
  type Graph,
  type GraphInput,
  type GraphNode,
  type GraphOutput,
  sameShape,
  type Value,
} from "./types.js";

/** Grows a graph operation by operation; each method knows the shape of its result. */
export class GraphBuilder {
  /** What new operations name as their origin. */
  origin = "";
  readonly #nodes: GraphNode[] = [];
  readonly #inputs: Value[];
  #next: number;

  /** @param from - A graph whose inputs and values the new one goes on using. */
  constructor(from?: Graph) {
    this.#inputs = [...(from?.inputs ?? [])];
    this.#next = from?.nextId ?? 0;
  }

  /** The graph that computes these outputs. */
  finish(outputs: readonly { readonly value: Value; readonly target: GraphOutput }[]): Graph {
    return { nodes: this.#nodes, inputs: this.#inputs, outputs, nextId: this.#next };
  }

  input(input: GraphInput, type: ElementType, shape: readonly number[]): Value {
    const value: Value = { id: this.#next++, type, shape, input };
    this.#inputs.push(value);
    return value;
  }

  /** One element stands for a whole tensor of equal elements. */
  constant(constant: ConstantData, type: ElementType, shape: readonly number[]): Value {
    return { id: this.#next++, type, shape, constant };
  }

  /** A tensor of equal elements. */
  fill(element: number, type: ElementType, shape: readonly number[] = []): Value {
    return this.constant(dataOf(type, [element]), type, shape);
  }

  /** A list of int64, as ONNX wants shapes and axes. */
  list(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), "int64", [values.length]);
  }

  /** Takes an operation of an earlier graph as it is. */
  keep(node: GraphNode): readonly Value[] {
    this.#nodes.push(node);
    return node.outputs;
  }

  /** Any operation with several results. */
  nodes(
    op: string,
    inputs: readonly (Value | undefined)[],
    results: readonly { readonly type: ElementType; readonly shape: readonly number[] }[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const outputs: Value[] = [];
    const node: GraphNode = { op, inputs, attributes, outputs, origin: this.origin };
    for (const { type, shape } of results) outputs.push({ id: this.#next++, type, shape, node });
    this.#nodes.push(node);
    return outputs;
  }

  /** Any operation with one result. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    type: ElementType,
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.nodes(op, inputs, [{ type, shape }], attributes)[0]!;
  }

  unary(op: string, x: Value, attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.node(op, [x], x.type, x.shape, attributes);
  }

  /** An elementwise operation of two tensors of one type; a number becomes a constant of that type. */
  binary(op: string, a: Value | number, b: Value | number, type?: ElementType): Value {
    const like = typeof a === "number" ? (b as Value) : a;
    const left = typeof a === "number" ? this.fill(a, like.type) : a;
    const right = typeof b === "number" ? this.fill(b, like.type) : b;
    return this.node(op, [left, right], type ?? like.type, broadcastShape(left.shape, right.shape));
  }

  add(a: Value | number, b: Value | number): Value {
    return this.binary("Add", a, b);
  }

  sub(a: Value | number, b: Value | number): Value {
    return this.binary("Sub", a, b);
  }

  mul(a: Value | number, b: Value | number): Value {
    return this.binary("Mul", a, b);
  }

  div(a: Value | number, b: Value | number): Value {
    return this.binary("Div", a, b);
  }

  compare(op: string, a: Value, b: Value | number): Value {
    return this.binary(op, a, b, "bool");
  }

  where(condition: Value, a: Value | number, b: Value | number): Value {
    const type = typeof a === "number" ? (typeof b === "number" ? "float32" : b.type) : a.type;
    const left = typeof a === "number" ? this.fill(a, type) : a;
    const right = typeof b === "number" ? this.fill(b, type) : b;
    const shape = broadcastShape(condition.shape, left.shape, right.shape);
    return this.node("Where", [condition, left, right], type, shape);
  }

  cast(x: Value, type: ElementType): Value {
    return x.type === type ? x : this.node("Cast", [x], type, x.shape, { to: ELEMENT_CODE[type] });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    if (sameShape(x.shape, shape)) return x;
    return this.node("Reshape", [x, this.list(shape)], x.type, shape);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    if (perm.every((axis, i) => axis === i)) return x;
    const shape = perm.map((axis) => x.shape[axis]!);
    return this.node("Transpose", [x], x.type, shape, { perm });
  }

  expand(x: Value, shape: readonly number[]): Value {
    if (sameShape(x.shape, shape)) return x;
    return this.node("Expand", [x, this.list(shape)], x.type, shape);
  }

  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0]!;
    const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const shape = parts[0]!.shape.map((size, i) => (i === axis ? total : size));
    return this.node("Concat", parts, parts[0]!.type, shape, { axis });
  }

  /** `x[starts : ends : steps]` along all axes, steps > 0. */
  slice(x: Value, starts: readonly number[], ends: readonly number[], steps?: readonly number[]): Value {
    const axes = x.shape.map((_, i) => i);
    const by = steps ?? axes.map(() => 1);
    const moved = axes.filter((i) => starts[i] !== 0 || ends[i] !== x.shape[i] || by[i] !== 1);
    if (moved.length === 0) return x;
    const shape = x.shape.map((_, i) => Math.ceil((ends[i]! - starts[i]!) / by[i]!));
    const pick = (values: readonly number[]) => this.list(moved.map((i) => values[i]!));
    return this.node("Slice", [x, pick(starts), pick(ends), this.list(moved), pick(by)], x.type, shape);
  }

  /** Pads each axis before and after. */
  pad(x: Value, before: readonly number[], after: readonly number[], value = 0, mode = "constant"): Value {
    if ([...before, ...after].every((amount) => amount === 0)) return x;
    const shape = x.shape.map((size, i) => size + before[i]! + after[i]!);
    const element = mode === "constant" ? this.fill(value, x.type) : undefined;
    return this.node("Pad", [x, this.list([...before, ...after]), element], x.type, shape, { mode });
  }

  reduce(op: string, x: Value, axes: readonly number[], keepDims = false): Value {
    if (axes.length === 0) return x;
    const reduced = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const shape = keepDims ? reduced : reduced.filter((_, i) => !axes.includes(i));
    return this.node(op, [x, this.list(axes)], x.type, shape, { keepdims: keepDims ? 1 : 0 });
  }

  /** A matrix product `[…, m, k] · […, k, n]`, either side transposed; of matrices, `plus` another. */
  matMul(a: Value, b: Value, transA = false, transB = false, plus?: Value): Value {
    if (a.shape.length === 2 && b.shape.length === 2) {
      const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
      const operands = plus === undefined ? [a, b] : [a, b, plus];
      return this.node("Gemm", operands, "float32", shape, { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
    }
    const left = transA ? this.transpose(a, swapLast(a.shape.length)) : a;
    const right = transB ? this.transpose(b, swapLast(b.shape.length)) : b;
    const batch = broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
    return this.node("MatMul", [left, right], "float32", [...batch, left.shape.at(-2)!, right.shape.at(-1)!]);
  }
}

/** Numbers as the host data of a type. */
export function dataOf(type: ElementType, values: ArrayLike<number>): ConstantData {
  switch (type) {
    case "float32":
      return Float32Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "bool":
      return Uint8Array.from(values, (value) => (value ? 1 : 0));
    case "int64":
      return BigInt64Array.from(values, BigInt);
  }
}

/** All elements of a constant, those that one element stands for written out. */
export function expandedData(value: Value): ConstantData {
  const data = value.constant!;
  const size = sizeOf(value.shape);
  return data.length === size ? data : dataOf(value.type, new Array<number>(size).fill(Number(data[0])));
}

function swapLast(rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2));
}
