import { CheckpointError, type HostTensor, readSafetensors } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type { Command, Print } from "../command.js";

/** `latentkit inspect`: what is in a file of weights. */
export const inspect: Command = {
  name: "inspect",
  summary: "Lists the networks, options and tensors of a safetensors file.",
  positionals: ["file.safetensors"],
  options: {},
  async run([path], _values, print) {
    const { tensors, metadata } = readSafetensors(await files.readBytes(path!), path);
    if (metadata.latentkit !== undefined) printNetworks(metadata.latentkit, path!, print);
    for (const [key, text] of Object.entries(metadata)) if (key !== "latentkit") print(`${key}: ${text}`);
    const width = Math.max(0, ...[...tensors.keys()].map((name) => name.length));
    for (const [name, { dtype, shape }] of tensors) print(`${name.padEnd(width)}  ${dtype}  [${shape.join(", ")}]`);
    print(`${tensors.size} tensors, ${count(tensors.values()).toLocaleString("en")} values`);
  },
};

function count(tensors: Iterable<HostTensor>): number {
  let values = 0;
  for (const { data } of tensors) values += data.length;
  return values;
}

interface Topology {
  readonly config?: { readonly layers?: readonly { readonly class_name?: string; readonly name?: string }[] };
}

function printNetworks(text: string, path: string, print: Print): void {
  let described: { topology: Record<string, Topology>; config: unknown };
  try {
    described = JSON.parse(text);
    for (const [name, network] of Object.entries(described.topology)) {
      print(`${name}: ${(network.config?.layers ?? []).map((layer) => layer.class_name).join(" → ")}`);
    }
  } catch (cause) {
    throw new CheckpointError(`${path}: the description of the networks cannot be read; the file is damaged.`, {
      cause,
    });
  }
  if (described.config !== null) print(`options: ${JSON.stringify(described.config)}`);
}
