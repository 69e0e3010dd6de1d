import { CheckpointError, type HostTensor, readSafetensors } from "@latentkit/core";
import { printable } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { Command, Print } from "../command.js";

/** Characters of one line that are shown: files may hold megabytes. */
const LONGEST = 5000;

/** `latentkit inspect`: what is in a file of weights. */
export const inspect: Command = {
  name: "inspect",
  summary: "Lists the networks, options and tensors of a safetensors file.",
  positionals: ["file.safetensors"],
  options: {},
  async run([path], _values, print) {
    const { tensors, metadata } = readSafetensors(await files.readBytes(path!), path);
    if (metadata.latentkit !== undefined) printNetworks(metadata.latentkit, path!, print);
    for (const [key, text] of Object.entries(metadata))
      if (key !== "latentkit") print(`${printable(key)}: ${printable(text, LONGEST)}`);
    const rows = [...tensors].map(([name, { dtype, shape }]) => ({ name: printable(name), dtype, shape }));
    const width = rows.reduce((widest, { name }) => Math.max(widest, name.length), 0);
    for (const { name, dtype, shape } of rows) print(`${name.padEnd(width)}  ${dtype}  [${shape.join(", ")}]`);
    print(`${tensors.size} tensors, ${count(tensors.values()).toLocaleString("en")} values`);
  },
};

function count(tensors: Iterable<HostTensor>): number {
  let values = 0;
  for (const { data } of tensors) values += data.length;
  return values;
}

interface Topology {
  readonly config?: { readonly layers?: readonly { readonly className?: string; readonly class_name?: string }[] };
}

function printNetworks(text: string, path: string, print: Print): void {
  let described: { topology: Record<string, Topology>; config: unknown };
  try {
    described = JSON.parse(text);
    for (const [name, network] of Object.entries(described.topology)) {
      // The first version of files wrote names in snake_case.
      const layers = (network.config?.layers ?? []).map((layer) => layer.className ?? layer.class_name);
      print(`${printable(name)}: ${printable(layers.join(" → "), LONGEST)}`);
    }
  } catch (cause) {
    throw new CheckpointError(`${path}: the description of the networks cannot be read; the file is damaged.`, {
      cause,
    });
  }
  if (described.config !== null && described.config !== undefined)
    print(`options: ${printable(JSON.stringify(described.config), LONGEST)}`);
}
