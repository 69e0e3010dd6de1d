import type { Batch, StepProgram } from "@latentkit/core";
import { check, checkTensor } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { ConstantData, GraphInput, GraphOutput, Value } from "../graph/types.js";
import { writeOnnx } from "../onnx/write.js";
import { optimize } from "../passes/optimize.js";
import { recordStep } from "../recorder/record.js";

/**
 * Writes one whole update, loss, gradients and optimiser, as an ONNX file for use elsewhere.
 *
 * Inputs: `batch/<key>`; `state/<i>/<variable>`, the weights and slots, with their present values as defaults;
 * `noise/<i>/normal` or `noise/<i>/uniform`, to be filled with fresh draws (uniform ones in the range that the step asked
 * for, [0, 1) as a rule); `schedule/<i>`, a scalar that depends on the number of the update; those that are read. Outputs:
 * `next/<i>/<variable>` of each variable that changes, to be fed as `state/…` into the next update, and `log/<name>`.
 *
 * @param program - The update, as a trainer hands it to an executor's `prepare`.
 * @param batch - A batch of the shape that the file is for.
 * @param path - File to write; in a browser use {@link encodeTrainingStep}.
 * @throws UnsupportedError when the step cannot be recorded; the message names the kernel.
 */
export async function exportTrainingStep(program: StepProgram, batch: Batch, path: string): Promise<void> {
  await files.writeBytes(path, await encodeTrainingStep(program, batch));
}

/** The bytes that {@link exportTrainingStep} writes. */
export async function encodeTrainingStep(program: StepProgram, batch: Batch): Promise<Uint8Array> {
  const isProgram = typeof program?.run === "function" && Array.isArray(program.variables);
  check("exportTrainingStep").that("program", program, isProgram, "a step, such as an executor is given");
  const isBatch = typeof batch === "object" && batch !== null && Object.keys(batch).length > 0;
  check("exportTrainingStep").that("batch", batch, isBatch, "an object of tensors by name");
  for (const [name, tensor] of Object.entries(batch)) checkTensor("exportTrainingStep", `batch.${name}`, tensor);
  const recorded = await recordStep(program, batch);
  const graph = optimize(recorded.graph);
  const schedules = graph.inputs.filter((value) => value.input?.kind === "schedule");
  const nameOf = (target: GraphInput | GraphOutput, value: Value): string => {
    switch (target.kind) {
      case "batch":
        return `batch/${target.key}`;
      case "noise":
        return `noise/${recorded.draws.indexOf(value)}/${target.distribution}`;
      case "schedule":
        return `schedule/${schedules.indexOf(value)}`;
      case "log":
        return `log/${target.name}`;
      case "state":
        return `state/${target.variables[0]}/${program.variables[target.variables[0]!]!.name}`;
      case "part":
        return `part/${target.variable}`;
    }
  };
  const inputs = graph.inputs.map((value) => nameOf(value.input!, value));
  // An output may not have an input's name.
  const outputs = graph.outputs.map(({ value, target }) => {
    const name = nameOf(target, value);
    return target.kind === "state" ? `next/${name.slice("state/".length)}` : name;
  });
  const defaults = new Map<Value, ConstantData>();
  for (const value of graph.inputs) {
    if (value.input?.kind !== "state") continue;
    defaults.set(value, (await program.variables[value.input.variables[0]!]!.data()) as ConstantData);
  }
  return writeOnnx(graph, { inputs, outputs, defaults }).bytes;
}
