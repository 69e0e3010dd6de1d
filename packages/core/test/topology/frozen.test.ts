import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  allVariables,
  decodeNetworks,
  encodeNetworks,
  namedWeights,
  readVariables,
  trainableVariables,
} from "../../src/authoring.js";
import { random, readSafetensors, writeSafetensors } from "../../src/index.js";

tf.enableProdMode();
beforeAll(() => tf.setBackend("cpu"));

/** Layers of every kind that holds weights: plain, normalised, wrapped, recurrent, a network in the network, a shared layer. */
function build(): tf.LayersModel {
  const x = tf.input({ shape: [4, 3] });
  const shared = tf.layers.dense({ units: 3, name: "shared" });
  const inner = tf.sequential({
    name: "inner",
    layers: [
      tf.layers.dense({ units: 3, inputShape: [4, 3], name: "first" }),
      tf.layers.batchNormalization({ name: "norm" }),
    ],
  });
  const wrapped = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }), name: "wrapped" });
  const gru = tf.layers.gru({ units: 2, returnSequences: true }) as tf.RNN;
  const both = tf.layers.bidirectional({ layer: gru, mergeMode: "concat", name: "both" });
  const path: tf.layers.Layer[] = [
    shared,
    tf.layers.batchNormalization({ name: "outerNorm" }),
    inner,
    shared,
    wrapped,
    both,
    tf.layers.dense({ units: 3, name: "last" }),
  ];
  let y = x;
  for (const layer of path) y = layer.apply(y) as tf.SymbolicTensor;
  const network = tf.model({ inputs: x, outputs: y, name: "network" });
  // Every weight has values of its own, those of equal shape too.
  allVariables([network]).forEach((variable, i) => {
    variable.assign(random(i).uniform(variable.shape, 0.1, 1) as tf.Tensor);
  });
  return network;
}

const LAYERS = ["shared", "outerNorm", "inner", "wrapped", "both", "last"];
const PATTERNS: readonly (readonly string[])[] = [
  [],
  ...LAYERS.map((name) => [name]),
  ...LAYERS.map((name) => LAYERS.filter((other) => other !== name)),
  ["inner.first"],
  ["inner.norm", "both"],
  ["network"],
  ["network", "inner", "shared"],
];

function freeze(network: tf.LayersModel, names: readonly string[]): void {
  for (const name of names) {
    const [outer, inner] = name.split(".") as [string, string | undefined];
    const found = outer === "network" ? network : network.getLayer(outer);
    (inner === undefined ? found : (found as tf.LayersModel).getLayer(inner)).trainable = false;
  }
}

const x = random(0).uniform([2, 4, 3]);
const output = async (network: tf.LayersModel): Promise<unknown> => (network.predict(x) as tf.Tensor).data();
const trained = (network: tf.LayersModel): string[] =>
  [...namedWeights({ network })].filter(([, one]) => trainableVariables([network]).includes(one)).map(([name]) => name);

describe("what is frozen", () => {
  it.each(PATTERNS.map((pattern) => ({ pattern })))(
    "changes no name, and is the same after loading: $pattern",
    async ({ pattern }) => {
      const network = build();
      const names = await readVariables(namedWeights({ network }));
      freeze(network, pattern);
      expect(await readVariables(namedWeights({ network }))).toEqual(names);

      const bytes = await encodeNetworks({ network });
      const loaded = (await decodeNetworks(bytes)).networks.network!;
      expect(await output(loaded)).toEqual(await output(network));
      expect(trained(loaded)).toEqual(trained(network));
      expect(pattern.length === 0 || trained(loaded).length < trained(build()).length).toBe(true);
      expect(await encodeNetworks({ network: loaded })).toEqual(bytes);
    },
  );

  it("names weights as `weights` orders them when nothing is frozen", () => {
    const network = build();
    expect([...namedWeights({ network }).values()]).toEqual(network.weights.map((weight) => weight.read()));
  });

  it("is not taken from a file that says nonsense of it", async () => {
    const network = build();
    const { tensors, metadata } = readSafetensors(await encodeNetworks({ network }));
    for (const frozen of [5, [1], { network: 3 }, { network: { layers: [["gone"], 7, [[]]], weights: ["x", 1e9] } }]) {
      const description = { ...(JSON.parse(metadata.latentkit!) as object), frozen };
      const bytes = writeSafetensors(tensors, { latentkit: JSON.stringify(description) });
      expect(trained((await decodeNetworks(bytes)).networks.network!)).toEqual(trained(network));
    }
  });
});

describe("files of the first version", () => {
  it.each([[[]], [["shared"]], [["last", "outerNorm"]]])("are read, with %s frozen", async (pattern) => {
    const network = build();
    freeze(network, pattern);
    // As it was written: names in snake_case, weights in the order of `weights`.
    const weights = new Map(
      network.weights.map((weight, i) => [
        `network.${i}.${weight.originalName.split("/").at(-1)}`,
        weight.read() as tf.Variable,
      ]),
    );
    const description = { version: 1, topology: { network: network.toJSON(null, false) }, config: { a: 1 } };
    const bytes = writeSafetensors(await readVariables(weights), { latentkit: JSON.stringify(description) });
    const { networks, config } = await decodeNetworks(bytes);
    expect(config).toEqual({ a: 1 });
    expect(await output(networks.network!)).toEqual(await output(network));
  });
});
