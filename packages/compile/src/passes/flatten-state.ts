import { sizeOf } from "@latentkit/core/authoring";
import { GraphBuilder } from "../graph/builder.js";
import { type Graph, sameShape, splatOf, type Value } from "../graph/types.js";
import { ELEMENTWISE } from "./elementwise-ops.js";

/** Values of several variables at one place of their common formula. */
type Tuple = readonly Value[];

/** Variables of more elements than this gain less by being joined than it costs to copy their gradients side by side. */
const LONG = 100_000;

/**
 * Joins the update rules of variables that move by one formula, so that an optimiser is about ten operations on one long
 * vector instead of ten for each weight.
 *
 * @param canJoin - Whether these variables can lie side by side in memory.
 */
export function flattenState(graph: Graph, canJoin: (variables: readonly number[]) => boolean): Graph {
  const groups = groupsOf(graph).filter(({ variables }) => canJoin(variables));
  if (groups.length === 0) return graph;
  const g = new GraphBuilder(graph);
  for (const node of graph.nodes) g.keep(node);
  const blocks = new Set(groups.map(({ variables }) => variables.join()));
  const { join, gradients } = joiner(g, blocks, usesOf(graph));
  const flat = ({ variables, values }: Group) => ({
    value: join(values),
    target: { kind: "state" as const, variables, flat: true },
  });
  const moved = groups.map(flat);
  const grouped = new Set(groups.flatMap(({ variables }) => variables));
  const stored: Group[] = [];
  for (const group of groupsOfGradients(graph, gradients)) {
    const { variables } = group;
    if (variables.some((variable) => grouped.has(variable)) || !canJoin(variables)) continue;
    stored.push(group);
    for (const variable of variables) grouped.add(variable);
  }
  const rest = graph.outputs.filter(({ target }) => target.kind !== "state" || !grouped.has(target.variables[0]!));
  return g.finish([...moved, ...stored.map(flat), ...rest]);
}

/** Variables whose new values lie side by side. */
interface Group {
  readonly variables: readonly number[];
  readonly values: Tuple;
}

/**
 * Variables that become the gradients of one rule, as the running means of an Adam with β₁ = 0 do; longer groups first,
 * since gradients of some weights may have been met among all and by themselves.
 */
function groupsOfGradients(graph: Graph, gradients: readonly Tuple[]): Group[] {
  const variableOf = new Map<Value, number>();
  for (const { value, target } of graph.outputs) {
    if (target.kind === "state" && !target.flat) variableOf.set(value, target.variables[0]!);
  }
  return gradients
    .filter((values) => values.every((value) => variableOf.has(value)) && new Set(values).size === values.length)
    .map((values) => ({ values, variables: values.map((value) => variableOf.get(value)!) }))
    .sort((a, b) => b.variables.length - a.variables.length);
}

/** Outputs with the same formula, two or more. */
function groupsOf(graph: Graph): Group[] {
  const byFormula = new Map<string, { variables: number[]; values: Value[] }>();
  for (const { value, target } of graph.outputs) {
    if (target.kind !== "state" || target.flat || value.type !== "float32") continue;
    if (sizeOf(value.shape) > LONG) continue;
    const formula = formulaOf(value, value);
    if (formula === undefined) continue;
    const group = byFormula.get(formula) ?? { variables: [], values: [] };
    byFormula.set(formula, group);
    group.variables.push(target.variables[0]!);
    group.values.push(value);
  }
  return [...byFormula.values()].filter(({ values }) => values.length > 1 && new Set(values).size === values.length);
}

/**
 * An update rule as text: operations down to variables, scalars, and what does not come from a variable element by
 * element, such as a gradient. Undefined for what is no such rule at all.
 */
function formulaOf(value: Value, root: Value): string | undefined {
  if (isVariable(value) && sameShape(value.shape, root.shape)) return "variable";
  const { node } = value;
  if (node === undefined || !ELEMENTWISE.has(node.op) || !sameShape(value.shape, root.shape)) return undefined;
  const operands = node.inputs.map((input) => {
    const scalar = scalarKey(input!);
    return scalar === undefined ? formulaOf(input!, root) : scalar;
  });
  const hasVariable = operands.some((operand) => operand?.includes("variable"));
  if (!hasVariable) return undefined;
  return `${node.op}${JSON.stringify(node.attributes)}(${operands.map((operand) => operand ?? "leaf").join()})`;
}

function isVariable(value: Value): boolean {
  return value.input?.kind === "state" && !value.input.flat;
}

function scalarKey(value: Value): string | undefined {
  const splat = splatOf(value);
  if (splat !== undefined) return `c${splat}`;
  return sizeOf(value.shape) === 1 && value.shape.length === 0 ? `v${value.id}` : undefined;
}

/** How often each value is read. */
function usesOf(graph: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const read = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)];
  for (const value of read) if (value !== undefined) uses.set(value, (uses.get(value) ?? 0) + 1);
  return uses;
}

/** Makes the one vector that holds a tuple side by side; gathers the gradients that it met. */
function joiner(g: GraphBuilder, blocks: ReadonlySet<string>, uses: ReadonlyMap<Value, number>) {
  // What several operations of a rule read, and no variable is in, is a gradient: how it came about is not the rule's.
  const isGradient = (value: Value) => (uses.get(value) ?? 0) > 1 && formulaOf(value, value) === undefined;
  const known = new Map<string, Value>();
  const gradients: Tuple[] = [];
  const join = (tuple: Tuple): Value => {
    const key = tuple.map((value) => value.id).join();
    const found = known.get(key) ?? make(tuple);
    known.set(key, found);
    return found;
  };
  const make = (tuple: Tuple): Value => {
    const total = tuple.reduce((sum, value) => sum + sizeOf(value.shape), 0);
    if (tuple.every(isVariable)) {
      const variables = tuple.map(({ input }) => (input as { variables: readonly number[] }).variables[0]!);
      if (blocks.has(variables.join())) return g.input({ kind: "state", variables, flat: true }, "float32", [total]);
    }
    const gradient = tuple.some(isGradient);
    if (gradient) gradients.push(tuple);
    const operands = gradient ? undefined : commonOperands(tuple);
    if (operands === undefined)
      return g.concat(
        tuple.map((value) => g.reshape(value, [sizeOf(value.shape)])),
        0,
      );
    const { node, type } = tuple[0]!;
    g.origin = node!.origin;
    const inputs = operands.map((operand) => (operand.length === 1 ? operand[0]! : join(operand)));
    return g.node(node!.op, inputs, type, [total], node!.attributes);
  };
  return { join, gradients };
}

/** The operands of one operation done to a whole tuple: a shared scalar, or a tuple of what each has. */
function commonOperands(tuple: Tuple): Tuple[] | undefined {
  const first = tuple[0]!.node;
  if (first === undefined || !ELEMENTWISE.has(first.op)) return undefined;
  const attributes = JSON.stringify(first.attributes);
  const alike = tuple.every(({ node }) => node?.op === first.op && JSON.stringify(node.attributes) === attributes);
  if (!alike) return undefined;
  const operands: Tuple[] = [];
  for (const [i, operand] of first.inputs.entries()) {
    const each = tuple.map(({ node }) => node!.inputs[i]!);
    const scalar = scalarKey(operand!);
    if (scalar !== undefined && each.every((value) => scalarKey(value) === scalar)) operands.push([operand!]);
    else if (each.every((value, k) => sameShape(value.shape, tuple[k]!.shape))) operands.push(each);
    else return undefined;
  }
  return operands;
}
