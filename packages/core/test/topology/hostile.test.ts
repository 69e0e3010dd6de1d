import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeNetworks, encodeNetworks } from "../../src/authoring.js";
import { CheckpointError, type HostTensor, readSafetensors, writeSafetensors } from "../../src/index.js";

tf.enableProdMode();
beforeAll(() => tf.setBackend("cpu"));

type Layer = { name?: string; className: string; config: Record<string, unknown>; inboundNodes?: unknown };
type Network = { className: string; config: { name: string; layers: Layer[] } & Record<string, unknown> };
type Description = { version: number; topology: Record<string, Network>; config: unknown; frozen?: unknown };

/** Two inputs, a shared layer, a network in the network: x, y → dense(x) + dense(y) → inner. */
function graph(): tf.LayersModel {
  const [x, y] = [tf.input({ shape: [3], name: "x" }), tf.input({ shape: [3], name: "y" })];
  const shared = tf.layers.dense({ units: 2, name: "shared" });
  const sum = tf.layers.add({ name: "sum" }).apply([x, y].map((input) => shared.apply(input) as tf.SymbolicTensor));
  const inner = tf.sequential({
    name: "inner",
    layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "code" })],
  });
  return tf.model({ inputs: [x, y], outputs: inner.apply(sum) as tf.SymbolicTensor, name: "graph" });
}

async function changed(change: (network: Network, all: Description) => unknown): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await encodeNetworks({ graph: graph() }));
  const description = JSON.parse(metadata.latentkit!) as Description;
  change(description.topology.graph!, description);
  return writeSafetensors(tensors, { latentkit: JSON.stringify(description) });
}

const layer = (network: Network, name: string): Layer => network.config.layers.find((one) => one.name === name)!;

/** Replaces parts of what a file says. */
const put = (target: object, values: object): unknown => Object.assign(target, values);

async function expectRefused(bytes: Uint8Array, message: string | RegExp): Promise<void> {
  const before = tf.memory().numTensors;
  const error: unknown = await decodeNetworks(bytes, "model").then(
    () => "a model",
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message.length).toBeLessThan(1500);
  expect(tf.memory().numTensors, "tensors left").toBe(before);
}

/** A sequential network inside itself `depth` times, applied twice at each level. */
function doubled(depth: number): Network {
  let inner: Network = {
    className: "Sequential",
    config: {
      name: "m0",
      layers: [{ className: "Dense", config: { units: 1, batchInputShape: [null, 1], name: "d" } }],
    },
  };
  for (let i = 1; i <= depth; i++) {
    const name = `m${i - 1}`;
    const layers: Layer[] = [
      { name: "x", className: "InputLayer", config: { name: "x", batchInputShape: [null, 1] }, inboundNodes: [] },
      { ...inner, name, inboundNodes: [[["x", 0, 0, {}]], [[name, 1, 0, {}]]] },
    ];
    inner = {
      className: "Model",
      config: { name: `m${i}`, layers, inputLayers: [["x", 0, 0]], outputLayers: [[name, 2, 0]] },
    };
  }
  return inner;
}

describe("networks that could not be put together", () => {
  it.each<[string, (network: Network, all: Description) => unknown, string | RegExp]>([
    ["a circle", (n) => put(layer(n, "shared"), { inboundNodes: [[["inner", 1, 0, {}]]] }), "in a circle"],
    ["itself", (n) => put(layer(n, "shared"), { inboundNodes: [[["shared", 0, 0, {}]]] }), "never comes"],
    ["an input that is not there", (n) => put(layer(n, "sum"), { inboundNodes: [[["gone", 0, 0, {}]]] }), "not there"],
    ["an output that never comes", (n) => put(layer(n, "sum"), { inboundNodes: [[["shared", 9, 0, {}]]] }), "output 9"],
    ["a use of nothing", (n) => put(layer(n, "shared"), { inboundNodes: [[], []] }), "never comes"],
    ["uses that are no list", (n) => put(layer(n, "sum"), { inboundNodes: { a: 1 } }), "does not say what it takes"],
    ["an index of text", (n) => put(layer(n, "sum"), { inboundNodes: [[["shared", "0", 0]]] }), "does not say"],
    ["two names for one layer", (n) => put(layer(n, "sum"), { name: "other" }), "one name of its own"],
    [
      "one name for two layers",
      (n) => [layer(n, "x"), layer(n, "x").config].map((one) => put(one, { name: "y" })),
      "one name of its",
    ],
    ["a name from the prototype", (n) => put(layer(n, "sum"), { className: "constructor" }), "is not known here"],
    ["an initialiser for a layer", (n) => put(layer(n, "sum"), { className: "Zeros" }), "is not known here"],
    ["a layer for a network", (n, all) => put(all.topology, { graph: layer(n, "shared") as Network }), "a layer alone"],
    ["no layers", (n) => void Object.assign(n.config, { layers: 5 }), "expected a list of layers"],
    ["a layer without options", (n) => put(layer(n, "sum"), { config: null as never }), "a class and its options"],
    [
      "a key that reaches prototypes",
      (n) => void Object.defineProperty(n.config, "__proto__", { value: {}, enumerable: true }),
      "cannot be used",
    ],
    ["control characters", (n) => put(layer(n, "sum").config, { name: "a\u001b[2J" }), "'a\\u001b[2J' has control"],
    [
      "a network for an initialiser",
      (n) => put(layer(n, "shared").config, { kernelInitializer: doubled(40) }),
      /apply more than|nested deeper/,
    ],
    [
      "5,000 layers",
      (n) => put(n.config, { layers: Array.from({ length: 5000 }, () => layer(n, "sum")) }),
      "more than 4096",
    ],
    ["2⁴⁰ applications", (_, all) => put(all.topology, { graph: doubled(20) }), "apply more than 100000 layers"],
    ["no outputs", (n) => put(n.config, { outputLayers: [["gone", 0, 0]] }), "cannot be built"],
  ])("are refused: %s", async (_, change, message) => expectRefused(await changed(change), message));

  it("are refused: deep nesting", async () => {
    const { tensors } = readSafetensors(await encodeNetworks({ graph: graph() }));
    const deep = (depth: number): string =>
      `{"version":2,"topology":{"graph":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
    await expectRefused(writeSafetensors(tensors, { latentkit: deep(200) }), "nested deeper than 100 levels");
    await expectRefused(writeSafetensors(tensors, { latentkit: deep(100_000) }), /nested deeper|not JSON/);
    await expectRefused(writeSafetensors(tensors, { latentkit: `[${"[],".repeat(3_000_000)}1]` }), "not JSON");
  });
});

describe("weights that a file does not hold", () => {
  it.each([1e9, -1e9, 0.5])("are refused for an axis %s, which a list of sizes would be filled up to", async (axis) => {
    const bytes = await changed((network) => put(layer(network, "shared").config, { axis }));
    await expectRefused(bytes, /expected an axis from -16 to 16, received/);
  });

  it.each<[string, (network: Network) => unknown]>([
    ["a wide layer", (n) => put(layer(n, "shared").config, { units: 1e9 })],
    ["a wide input", (n) => put(layer(n, "x").config, { batchInputShape: [null, 1e9] })],
    ["more values than numbers", (n) => put(layer(n, "shared").config, { units: 1e300 })],
    ["a negative size", (n) => put(layer(n, "shared").config, { units: -5 })],
  ])("are never made: %s", async (_, change) =>
    expectRefused(await changed(change), /more than the file holds|positive/),
  );

  it.each(["true", "1", '"x"', "{}"])("are never made by recurrent layers that keep values: %s", async (stateful) => {
    const lstm = tf.sequential({ layers: [tf.layers.lstm({ units: 1, inputShape: [2, 1] })] });
    const { tensors, metadata } = readSafetensors(await encodeNetworks({ lstm }));
    const text = metadata
      .latentkit!.replace('"stateful":false', `"stateful":${stateful}`)
      .replace("[null,2,1]", "[1000000000,2,1]");
    await expectRefused(writeSafetensors(tensors, { latentkit: text }), "expected no stateful layers");
  });

  it("are named when they are not finite", async () => {
    const network = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    network.layers[0]!.setWeights([
      tf.tensor2d([
        [0, 1],
        [Number.NaN, 2],
      ]),
      tf.zeros([2]),
    ]);
    const bytes = await encodeNetworks({ network });
    await expectRefused(bytes, "model: the tensor 'network.0.kernel' holds NaN at index 2: the model diverged");
  });
});

/** A layer of an application that does not let itself be called anything. */
class Stubborn extends tf.layers.Layer {
  static readonly className = "TestStubborn";
  constructor(_: unknown) {
    super({ name: "stubborn" });
  }
  override getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}
/** A layer of an application, with a weight of its own. */
class Scale extends tf.layers.Layer {
  static readonly className = "TestScale";
  #scale: tf.LayerVariable | undefined;
  override build(): void {
    this.#scale = this.addWeight("scale", [1], "float32", tf.initializers.ones());
    this.built = true;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul(Array.isArray(inputs) ? inputs[0]! : inputs, this.#scale!.read());
  }
}

describe("layers of an application", () => {
  const register = (layerClass: { className: string }): void => {
    tf.serialization.registerClass(
      layerClass as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
    );
  };
  const around = (made: tf.layers.Layer): tf.LayersModel => {
    const x = tf.input({ shape: [2] });
    return tf.model({ inputs: x, outputs: made.apply(x) as tf.SymbolicTensor });
  };

  it("are loaded when they are registered, and start with the file's weights, not their initialiser's", async () => {
    const network = around(new Scale({ name: "my_Scale" }));
    network.layers[1]!.setWeights([tf.tensor1d([7])]);
    const bytes = await encodeNetworks({ network });
    await expectRefused(bytes, "the layer 'TestScale' is not known here. Import the package");
    register(Scale);
    const { networks } = await decodeNetworks(bytes);
    expect(networks.network!.layers[1]!.name).toBe("my_Scale");
    expect([...(await (networks.network!.predict(tf.ones([1, 2])) as tf.Tensor).data())]).toEqual([7, 7]);
    // Building as usual is as it was.
    expect([...(await (around(new Scale({})).predict(tf.ones([1, 2])) as tf.Tensor).data())]).toEqual([1, 1]);
  });

  it("are refused when the engine would look for them for ever", async () => {
    register(Stubborn);
    const bytes = await encodeNetworks({ network: around(new Stubborn({})) });
    const { networks } = await decodeNetworks(bytes);
    expect(networks.network!.layers[1]!.name).toBe("stubborn");
    const twice = await changed((network) => {
      const plain = { className: "TestStubborn", config: {} };
      layer(network, "sum").inboundNodes = [[["b", 0, 0, {}]]];
      network.config.layers.push({ ...plain, name: "a", inboundNodes: [[["x", 0, 0, {}]]] });
      network.config.layers.push({ ...plain, name: "b", inboundNodes: [[["a", 0, 0, {}]]] });
    });
    await expectRefused(twice, "a layer does not keep the name that the file gives it");
  });
});

it("what a file holds twice over is no more than once: tensors of a network that is not described", async () => {
  const { tensors, metadata } = readSafetensors(await encodeNetworks({ graph: graph() }));
  const more = new Map<string, HostTensor>([...tensors, ["other.0.kernel", { ...[...tensors.values()][0]! }]]);
  await expectRefused(writeSafetensors(more, metadata), "no place for tensor 'other.0.kernel'");
});
