import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import type { HostTensor } from "./format.js";

/**
 * Refuses values that make everything they touch NaN: those of a model that diverged before it was saved.
 *
 * @throws CheckpointError that names the tensor and the first value.
 */
export function checkFinite(tensors: ReadonlyMap<string, HostTensor>, source: string): void {
  for (const [name, { data, dtype }] of tensors) {
    if (dtype !== "float32") continue;
    let index = 0; // a loop: a callback for each value would take longer than reading the file
    while (index < data.length && Number.isFinite(data[index])) index++;
    if (index === data.length) continue;
    throw new CheckpointError(
      `${source}: the tensor '${printable(name)}' holds ${data[index]} at index ${index}: the model diverged before it was saved. Load an earlier file; readSafetensors reads the values of this one.`,
    );
  }
}
