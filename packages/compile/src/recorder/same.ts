import type { GraphNode, Value } from "../graph/types.js";
import type { RecordedStep } from "./record.js";

/**
 * Names what two recordings of one step do not share: a number that JavaScript computes anew each time, noise that does
 * not come from the library's stream, a shape that changes. Such a thing would be frozen by compiling.
 */
export function findFrozen(first: RecordedStep, second: RecordedStep): string | undefined {
  const [a, b] = [first.graph.nodes, second.graph.nodes];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const found = difference(a[i], b[i]);
    if (found !== undefined) return found;
  }
  for (const [i, { value }] of first.graph.outputs.entries()) {
    const other = second.graph.outputs[i]?.value;
    if (other !== undefined && !sameConstant(value, other)) {
      return `a value that it gives (${sample(value)}, then ${sample(other)})`;
    }
  }
  const outputs = (step: RecordedStep) => step.graph.outputs.map(({ value, target }) => [value.id, target]);
  return JSON.stringify(outputs(first)) === JSON.stringify(outputs(second))
    ? undefined
    : "the variables and logs that the step gives";
}

function difference(a: GraphNode | undefined, b: GraphNode | undefined): string | undefined {
  if (a === undefined || b === undefined || a.origin !== b.origin || a.op !== b.op) {
    return `the kernels it runs (${a?.origin ?? "none"}, then ${b?.origin ?? "none"})`;
  }
  for (const [i, value] of a.inputs.entries()) {
    const other = b.inputs[i];
    if (value === undefined || other === undefined) continue;
    if (value.shape.join() !== other.shape.join()) {
      return `a shape at ${a.origin} ([${value.shape.join(", ")}], then [${other.shape.join(", ")}])`;
    }
    if (!sameConstant(value, other)) return `a value at ${a.origin} (${sample(value)}, then ${sample(other)})`;
    if (value.id !== other.id) return `what ${a.origin} works on`;
  }
  return JSON.stringify(a.attributes) === JSON.stringify(b.attributes) ? undefined : `the options of ${a.origin}`;
}

function sameConstant(a: Value, b: Value): boolean {
  const [x, y] = [a.constant, b.constant];
  if (x === undefined || y === undefined) return x === y;
  // Both may be NaN.
  return x.length === y.length && x.every((value: number | bigint, i: number) => Object.is(value, y[i]));
}

function sample(value: Value): string {
  return value.constant === undefined
    ? "a computed tensor"
    : `${value.constant[0]}${value.constant.length > 1 ? ", …" : ""}`;
}
