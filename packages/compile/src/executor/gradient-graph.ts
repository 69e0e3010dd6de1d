import type { StepProgram } from "@latentkit/core";
import { type Graph, sameShape, type Value } from "../graph/types.js";
import { ELEMENTWISE } from "../passes/elementwise-ops.js";
import { optimize } from "../passes/optimize.js";
import type { RecordedStep } from "../recorder/record.js";
import type { Runtime } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { CompiledStep } from "./compiled.js";

/** The step up to its gradients, which are its outputs in the order in which they were recorded. */
export async function compileGradients(
  program: StepProgram,
  recorded: RecordedStep,
  runtime: Runtime,
): Promise<CompiledStep> {
  const outputs = recorded.gradients.map(({ value }) => ({ value, target: { kind: "log" as const, name: "" } }));
  const graph: Graph = optimize({ ...recorded.graph, outputs });
  return CompiledStep.create(program, graph, recorded.draws, new StateStore(runtime.ort), runtime);
}

/**
 * The gradient that each variable moves along, by the variable's place in the program: the one that its new value is computed
 * from element by element. Variables that none or several gradients go into are left out.
 */
export function gradientsOfVariables({ graph, gradients }: RecordedStep): ReadonlyMap<number, number> {
  const places = new Map(gradients.map(({ value }, place) => [value, place]));
  const found = new Map<number, number>();
  for (const { value, target } of graph.outputs) {
    if (target.kind !== "state") continue;
    const met = gradientsOf(value, places);
    if (met.size === 1) found.set(target.variables[0]!, [...met][0]!);
  }
  return found;
}

function gradientsOf(root: Value, places: ReadonlyMap<Value, number>): ReadonlySet<number> {
  const met = new Set<number>();
  const seen = new Set<Value>();
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const place = places.get(value);
    if (place !== undefined) met.add(place);
    else if (value.node !== undefined && (ELEMENTWISE.has(value.node.op) || value.node.op === "Identity")) {
      for (const input of value.node.inputs) {
        if (input !== undefined && sameShape(input.shape, root.shape)) open.push(input);
      }
    }
  }
  return met;
}
