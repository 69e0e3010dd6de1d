import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, decodeNetworks, encodeNetworks } from "../src/authoring.js";
import {
  CheckpointError,
  DataError,
  loadNetworks,
  readSafetensors,
  saveNetworks,
  seededInitializer,
  writeSafetensors,
} from "../src/index.js";

tf.enableProdMode();
let folder: string;
beforeAll(async () => {
  await tf.setBackend("cpu");
  folder = mkdtempSync(join(tmpdir(), "latentkit-networks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(): Record<string, tf.LayersModel> {
  const kernelInitializer = seededInitializer({ seed: 1, stream: "w" });
  const encoder = tf.sequential({
    name: "encoder",
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1], kernelInitializer, activation: "relu" }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
  const decoder = tf.sequential({
    name: "decoder",
    layers: [tf.layers.lstm({ units: 4, inputShape: [2, 3], recurrentInitializer: "glorotUniform" })],
  });
  return { encoder, decoder };
}

const inputs = { encoder: tf.linspace(-1, 1, 50).reshape([2, 5, 5, 1]), decoder: tf.ones([1, 2, 3]) };

async function expectSameOutputs(a: Readonly<Record<string, tf.LayersModel>>, b: typeof a): Promise<void> {
  for (const [name, x] of Object.entries(inputs)) {
    expect(await apply(a[name]!, x).data()).toEqual(await apply(b[name]!, x).data());
  }
}

describe("saved networks", () => {
  it("give bit-identical outputs, from a path and from an address, with their configuration", async () => {
    const networks = build();
    const config = { beta: 4, likelihood: { name: "bernoulli" }, list: [1, null, "x"] };
    const path = join(folder, "deep", "model.safetensors");
    await saveNetworks(networks, path, config);
    const loaded = await loadNetworks(path);
    expect(Object.keys(loaded.networks)).toEqual(["encoder", "decoder"]);
    expect(loaded.config).toEqual(config);
    await expectSameOutputs(loaded.networks, networks);

    const bytes = await encodeNetworks(networks, config);
    const server = createServer((_, response) => void response.end(Buffer.from(bytes)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await expectSameOutputs((await loadNetworks(`http://127.0.0.1:${port}/model`)).networks, networks);
    server.close();
  });

  it("can be saved again after loading, to the same bytes", async () => {
    const bytes = await encodeNetworks(build(), { a: 1 });
    const { networks, config } = await decodeNetworks(bytes);
    expect(await encodeNetworks(networks, config)).toEqual(bytes);
  });

  it("keep names and options as they are, in whatever case", async () => {
    const kernelInitializer = seededInitializer({ seed: 1, stream: "Net_A/My_kernel" });
    const layer = tf.layers.dense({ units: 1, inputShape: [1], name: "My_Dense_1", kernelInitializer });
    const { networks } = await decodeNetworks(await encodeNetworks({ net_A: tf.sequential({ layers: [layer] }) }));
    const loaded = networks.net_A!.layers[0]!;
    expect(loaded.name).toBe("My_Dense_1");
    expect((loaded.getConfig().kernelInitializer as { config: object }).config).toEqual(kernelInitializer.getConfig());
  });

  it("are refused when cut off anywhere", async () => {
    const bytes = await encodeNetworks(build());
    for (let length = 0; length < bytes.length; length += 97) {
      await expect(decodeNetworks(bytes.subarray(0, length), "model")).rejects.toThrow(CheckpointError);
    }
  });

  it("name a file that is not there", async () => {
    await expect(loadNetworks(join(folder, "absent"))).rejects.toThrow(DataError);
  });
});

describe("files that are no networks", () => {
  const rewritten = async (change: (description: Record<string, never>) => unknown): Promise<Uint8Array> => {
    const { tensors, metadata } = readSafetensors(await encodeNetworks(build()));
    const description = JSON.parse(metadata.latentkit!) as Record<string, never>;
    const changed = change(description) ?? description;
    return writeSafetensors(tensors, {
      latentkit: typeof changed === "string" ? changed : JSON.stringify(changed),
    });
  };
  type Topology = { topology: Record<string, { config: { layers: { className: string }[] } }> };

  it.each<[string, (description: never) => unknown, string]>([
    ["no JSON", () => "{", "the description of the networks is not JSON"],
    ["JSON null", () => "null", "the description of the networks is incomplete"],
    ["no topology", () => ({ version: 2 }), "the description of the networks is incomplete"],
    ["a list for topology", () => ({ version: 2, topology: null }), "incomplete"],
    [
      "a later version",
      (d: { version: number }) => {
        d.version = 3;
      },
      "expected version 2, received 3; update LatentKit.",
    ],
    [
      "a network that is null",
      (d: Topology) => {
        d.topology.encoder = null as never;
      },
      "the network 'encoder': expected layers with a class",
    ],
    [
      "an unknown layer",
      (d: Topology) => {
        d.topology.encoder!.config.layers[0]!.className = "NoSuchLayer";
      },
      "Import the package that its layers come from",
    ],
    [
      "a network too few",
      (d: Topology) => {
        delete d.topology.encoder;
      },
      "the model has no place for tensor 'encoder",
    ],
    [
      "a network too many",
      (d: Topology) => {
        d.topology.more = d.topology.encoder!;
      },
      "expected a tensor 'more.0.kernel', which is not there",
    ],
  ])("are refused: %s", async (_, change, message) => {
    const bytes = await rewritten(change as never);
    const before = tf.memory().numTensors;
    await expect(decodeNetworks(bytes, "model")).rejects.toThrow(CheckpointError);
    await expect(decodeNetworks(bytes, "model")).rejects.toThrow(message);
    expect(tf.memory().numTensors, "tensors left by the attempt").toBe(before);
  });

  it("are refused: weights alone", async () => {
    const bytes = writeSafetensors(new Map(), { format: "pt" });
    await expect(decodeNetworks(bytes)).rejects.toThrow("it was not written by saveNetworks");
  });

  it("cannot reach prototypes through the names of networks", async () => {
    const bytes = await rewritten((d) => JSON.stringify(d).replace('"encoder":', '"__proto__":'));
    await expect(decodeNetworks(bytes)).rejects.toThrow("expected a tensor '__proto__.0.kernel'");
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
