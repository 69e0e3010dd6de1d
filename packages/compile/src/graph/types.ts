/** Element types that graphs know: those of TensorFlow.js, and int64 for ONNX's shapes and indices. */
export type ElementType = "float32" | "int32" | "int64" | "bool";

/** ONNX's numbers of the element types (TensorProto.DataType). */
export const ELEMENT_CODE: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Host data of a constant. */
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** An attribute of an operation. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** What the runtime has to feed in before each update. */
export type GraphInput =
  | { readonly kind: "batch"; readonly key: string }
  | {
      readonly kind: "noise";
      readonly distribution: "normal" | "uniform";
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "schedule"; readonly schedule: (step: number) => number }
  /** Variables by their index in the program's list; several are their concatenation as one flat vector. */
  | { readonly kind: "state"; readonly variables: readonly number[]; readonly flat: boolean };

/** What the runtime takes out after each update. */
export type GraphOutput =
  | { readonly kind: "log"; readonly name: string }
  | { readonly kind: "state"; readonly variables: readonly number[]; readonly flat: boolean }
  /** One variable of a flat vector that is given too: it stays where the step runs, for steps that read it alone. */
  | { readonly kind: "part"; readonly variable: number };

/** One tensor of a graph, assigned once. */
export interface Value {
  readonly id: number;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Set for a result of an operation. */
  readonly node?: GraphNode;
  /** Set for an input. */
  readonly input?: GraphInput;
  /** Set for a constant; a single element with a larger shape stands for that element everywhere. */
  readonly constant?: ConstantData;
}

/** One ONNX operation. */
export interface GraphNode {
  readonly op: string;
  /** `undefined` is an optional input left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
  /** The TensorFlow.js kernel it comes from, and its place in the recording: `Conv2D#12`. */
  readonly origin: string;
}

/** One program as operations in an order that respects their dependencies. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly { readonly value: Value; readonly target: GraphOutput }[];
  /** A number above all values' ids. */
  readonly nextId: number;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The shape of an elementwise result, by ONNX's (and numpy's) rule. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** The numbers of a constant list, such as the axes of a reduction. */
export function numbersOf(list: Value): number[] {
  return Array.from(list.constant!, Number);
}

/** The value and the number that it is multiplied with, elements staying where they are, or `undefined`. */
export function scaled({ node, shape }: Value): { readonly value: Value; readonly factor: number } | undefined {
  const factor = node?.op === "Mul" ? splatOf(node.inputs[1]) : undefined;
  const value = node?.inputs[0];
  return factor !== undefined && sameShape(value!.shape, shape) ? { value: value!, factor } : undefined;
}

/** The one element that a constant repeats, or `undefined`. */
export function splatOf(value: Value | undefined): number | undefined {
  if (value?.constant === undefined || value.constant.length !== 1) return undefined;
  return Number(value.constant[0]);
}
