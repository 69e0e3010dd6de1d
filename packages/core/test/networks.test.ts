import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  allVariables,
  apply,
  applyAll,
  assignVariables,
  disposeNetworks,
  linkLayers,
  namedWeights,
  readVariables,
  trainableVariables,
} from "../src/authoring.js";
import { CheckpointError, type HostTensor, ShapeError } from "../src/index.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

/** Two networks that share their first layer. */
function sharing(): { shared: tf.layers.Layer; one: tf.LayersModel; two: tf.LayersModel } {
  const shared = tf.layers.dense({ units: 3, name: "shared" });
  const build = (name: string): tf.LayersModel => {
    const input = tf.input({ shape: [2] });
    const outputs = tf.layers.dense({ units: 1, name: `${name}/own` }).apply(shared.apply(input)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs, name });
  };
  return { shared, one: build("one"), two: build("two") };
}

describe("apply", () => {
  it("gives the one output, and refuses several", () => {
    const input = tf.input({ shape: [2] });
    const outputs = [1, 2].map((units) => tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor);
    const both = tf.model({ inputs: input, outputs, name: "both" });
    expect(applyAll(both, tf.ones([4, 2])).map((y) => y.shape)).toEqual([
      [4, 1],
      [4, 2],
    ]);
    expect(() => apply(both, tf.ones([4, 2]))).toThrow(ShapeError);
    expect(() => apply(both, tf.ones([4, 2]))).toThrow("received 'both' with 2");
    expect(apply(sharing().one, tf.ones([4, 2])).shape).toEqual([4, 1]);
  });

  it("is in evaluation unless told otherwise", async () => {
    const network = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.9, inputShape: [50] })] });
    const x = tf.ones([1, 50]);
    expect(await apply(network, x).data()).toEqual(await x.data());
    expect(await apply(network, x, { training: true }).data()).not.toEqual(await x.data());
  });
});

describe("batch normalisation that is frozen", () => {
  const normal = (options: object = {}) => tf.layers.batchNormalization({ ...options });
  const network = (layers: tf.layers.Layer[]) =>
    tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4] }), ...layers] });
  const x = () => tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 9], [2, 4]);

  it.each<[string, () => [tf.LayersModel, tf.layers.Layer]]>([
    [
      "itself",
      () => {
        const layer = normal({ trainable: false });
        return [network([layer]), layer];
      },
    ],
    [
      "after it was built",
      () => {
        const layer = normal();
        const built = network([layer]);
        layer.trainable = false;
        return [built, layer];
      },
    ],
    [
      "with its network",
      () => {
        const layer = normal();
        const built = network([layer]);
        built.trainable = false;
        return [built, layer];
      },
    ],
    [
      "within a network within",
      () => {
        const layer = normal();
        const inner = network([layer]);
        inner.trainable = false;
        return [network([inner]), layer];
      },
    ],
  ])("%s, runs as in evaluation and keeps its statistics", async (_, build) => {
    const [frozen, layer] = build();
    const expected = await apply(frozen, x()).data();
    const before = await Promise.all(layer.getWeights().map((weight) => weight.data()));
    expect(await apply(frozen, x(), { training: true }).data()).toEqual(expected);
    expect(await Promise.all(layer.getWeights().map((weight) => weight.data()))).toEqual(before);
  });

  it("moves again when it is not", async () => {
    const layer = normal();
    const built = network([layer]);
    built.trainable = false;
    apply(built, x(), { training: true });
    built.trainable = true;
    const y = await apply(built, x(), { training: true }).data();
    // Each column of two rows becomes ∓1, but for the ε = 0.001 beside its variance.
    for (const [i, value] of y.entries()) expect(Math.abs(value - (i < 4 ? -1 : 1))).toBeLessThan(1e-3);
    expect((await layer.getWeights()[2]!.data())[0]).toBeCloseTo(0.01 * 3, 5);
  });
});

describe("variables", () => {
  it("of networks that share a layer are there once", () => {
    const { one, two } = sharing();
    expect(trainableVariables([one, two])).toHaveLength(6);
    expect(trainableVariables([one, one])).toHaveLength(4);
  });

  it("that are frozen or statistics are no trainable ones", () => {
    const layers = [tf.layers.dense({ units: 2, inputShape: [2], trainable: false }), tf.layers.batchNormalization({})];
    const network = tf.sequential({ layers });
    expect(trainableVariables([network])).toHaveLength(2);
    expect(allVariables([network])).toHaveLength(6);
  });

  it("have names that do not depend on the networks built before", () => {
    const names = (): string[] => [...namedWeights({ net: sharing().one }).keys()];
    expect(names()).toEqual(["net.0.kernel", "net.1.bias", "net.2.kernel", "net.3.bias"]);
    expect(names()).toEqual(names());
  });

  it("can be read and assigned", async () => {
    const [from, to] = [sharing().one, sharing().one];
    const values = await readVariables(namedWeights({ net: from }));
    assignVariables(namedWeights({ net: to }), values, "file");
    expect(await readVariables(namedWeights({ net: to }))).toEqual(values);
  });

  it.each<[string, (values: Map<string, HostTensor>) => unknown]>([
    ["file: expected a tensor 'net.3.bias', which is not there", (values) => values.delete("net.3.bias")],
    ["file: the model has no place for tensor 'more'", (values) => values.set("more", values.get("net.3.bias")!)],
    [
      "file: expected 'net.3.bias' to be float32 [1], received float32 [2]",
      (values) => values.set("net.3.bias", { dtype: "float32", shape: [2], data: new Float32Array(2) }),
    ],
    [
      "file: expected 'net.3.bias' to be float32 [1], received int32 [1]",
      (values) => values.set("net.3.bias", { dtype: "int32", shape: [1], data: new Int32Array(1) }),
    ],
  ])("change all or not at all: %s", async (message, damage) => {
    const network = sharing().one;
    const before = await readVariables(namedWeights({ net: network }));
    const values = new Map<string, HostTensor>(
      [...before].map(([name, tensor]) => [name, { ...tensor, data: (tensor.data as Float32Array).map(() => 9) }]),
    );
    damage(values);
    const assign = (): void => assignVariables(namedWeights({ net: network }), values, "file");
    expect(assign).toThrow(CheckpointError);
    expect(assign).toThrow(message);
    expect(await readVariables(namedWeights({ net: network }))).toEqual(before);
  });
});

describe("disposeNetworks", () => {
  it("frees shared weights once, and nothing the second time", () => {
    const before = tf.memory().numTensors;
    const { one, two } = sharing();
    expect(tf.memory().numTensors).toBe(before + 6);
    disposeNetworks([one, two]);
    expect(tf.memory().numTensors).toBe(before);
    disposeNetworks([one]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("linkLayers", () => {
  class Linked extends tf.layers.Layer {
    static readonly className: string = "TestLinked";
    readonly linkedTo = "shared";
    readonly links: tf.layers.Layer[] = [];
    link(layer: tf.layers.Layer): void {
      this.links.push(layer);
    }
  }

  it("finds layers in any network, those inside others included", () => {
    const { shared, one } = sharing();
    const linked = new Linked({ inputShape: [1] } as never);
    const nested = tf.sequential({ layers: [tf.sequential({ layers: [linked] })] });
    linkLayers([one, nested, one]);
    expect(linked.links).toEqual([shared]);
  });

  it("refuses names that are missing or there twice", () => {
    const nested = tf.sequential({ layers: [new Linked({ inputShape: [1], name: "copy" } as never)] });
    expect(() => linkLayers([nested])).toThrow(CheckpointError);
    expect(() => linkLayers([nested, sharing().one, sharing().one])).toThrow(
      "expected one layer named 'shared', whose weights 'copy' shares, received 2",
    );
  });
});
