import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  allVariables,
  apply,
  defineModel,
  defineValue,
  integer,
  listOf,
  model as modelOption,
  network,
  number,
  optional,
  value,
} from "../../src/authoring.js";
import { type Batch, CheckpointError, type Model, modelFromBytes, modelToBytes } from "../../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Networks = Readonly<Record<string, tf.LayersModel>>;
interface Shift {
  readonly name: string;
  readonly networks?: Networks;
  apply(x: tf.Tensor): tf.Tensor;
}
const dense = (units: number) =>
  tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [units], kernelInitializer: "randomNormal" })] });

/** A value that makes its network itself unless it is given one. */
const learned = defineValue("learned", { size: integer({ min: 1 }), net: optional(network()) }, (options): Shift => {
  const net = options.net ?? dense(options.size);
  return { name: "learned", networks: { net }, apply: (x) => apply(net, x) };
});
const fixed = defineValue(
  "fixed",
  { by: number({ default: 1 }) },
  ({ by }): Shift => ({
    name: "fixed",
    apply: (x) => tf.add(x, by),
  }),
);
const accepts = (given: unknown) => typeof (given as Shift | null)?.apply === "function";
const inner = value<Shift>({ expected: "a shift", accepts, factories: [learned, fixed] });
/** A value made of values. */
const chain = defineValue(
  "chain",
  { shifts: listOf(inner) },
  ({ shifts }): Shift => ({
    name: "chain",
    apply: (x) => shifts.reduce((y, shift) => shift.apply(y), x),
  }),
);
const shift = value<Shift>({ expected: "a shift", accepts, factories: [learned, fixed, chain], default: fixed() });

type Shifting = Model & { run(x: tf.Tensor): tf.Tensor };
const shifting = defineModel<{ net: ReturnType<typeof network>; shift: typeof shift }, Shifting>(
  "shifting",
  { net: network(), shift },
  ({ net, shift: shifted }) => ({
    networks: { net },
    fields: { x: { shape: [null, 2] } },
    run: (x) => tf.tidy(() => shifted.apply(apply(net, x))),
    objectives: [
      {
        name: "shifting",
        updates: [net, ...Object.values(shifted.networks ?? {})],
        loss: ({ x }: Batch) => ({ total: tf.mean<tf.Scalar>(shifted.apply(apply(net, x!))) }),
      },
    ],
  }),
);
const wrapped = defineModel<{ within: ReturnType<typeof modelOption<Shifting>>; shift: typeof shift }, Shifting>(
  "wrapped",
  { within: modelOption<Shifting>(), shift },
  ({ within, shift: shifted }) => ({
    networks: {},
    fields: within.fields,
    run: (x) => tf.tidy(() => shifted.apply(within.run(x))),
    objectives: within.objectives,
  }),
);
const x = () =>
  tf.tensor2d([
    [1, -2],
    [0.5, 3],
  ]);
const nets = (model: Model<never>) => Object.keys(model.networks);

describe("networks that values bring", () => {
  it("are listed under the option's name, through values of values and lists", () => {
    const model = shifting({
      net: dense(2),
      shift: chain({ shifts: [learned({ size: 2 }), fixed(), learned({ size: 2 })] }),
    });
    expect(nets(model)).toEqual(["net", "shift.shifts.0.net", "shift.shifts.2.net"]);
    const plain = shifting({ net: dense(2) });
    expect(nets(plain)).toEqual(["net"]);
    for (const each of [model, plain]) each.dispose();
  });

  it("come back from files with their weights, what is frozen frozen, and nothing is left behind", async () => {
    const second = learned({ size: 2 });
    second.networks!.net!.trainable = false;
    const model = shifting({ net: dense(2), shift: chain({ shifts: [learned({ size: 2 }), second] }) });
    const before = tf.memory().numTensors;
    const loaded = await modelFromBytes(await modelToBytes(model), shifting);
    expect(nets(loaded)).toEqual(nets(model));
    expect(await loaded.run(x()).array()).toEqual(await model.run(x()).array());
    expect(loaded.networks["shift.shifts.1.net"]!.trainableWeights).toHaveLength(0);
    expect(loaded.networks["shift.shifts.0.net"]!.trainableWeights).toHaveLength(2);
    loaded.dispose();
    expect(tf.memory().numTensors - before).toBe(4); // the inputs and results above
    model.dispose();
  });

  it("are kept apart when a model within a model has some of the same name", async () => {
    const core = shifting({ net: dense(2), shift: learned({ size: 2 }) });
    const model = wrapped({ within: core, shift: learned({ size: 2 }) });
    core.dispose();
    expect(nets(model)).toEqual(["within.net", "within.shift.net", "shift.net"]);
    const loaded = await modelFromBytes(await modelToBytes(model), [wrapped, shifting]);
    expect(await loaded.run(x()).array()).toEqual(await model.run(x()).array());
    for (const each of [model, loaded]) each.dispose();
  });

  it("are freed with the last model that has the value", () => {
    const shared = learned({ size: 2 });
    const [first, second] = [shifting({ net: dense(2), shift: shared }), shifting({ net: dense(2), shift: shared })];
    first.dispose();
    expect(tf.tidy(() => shared.apply(x()).shape)).toEqual([2, 2]);
    second.dispose();
    const variables = Object.values(shared.networks!).flatMap(({ weights }) => weights);
    expect(variables.every((weight) => (weight as unknown as { val: tf.Variable }).val.isDisposed)).toBe(true);
  });

  it("are the file's in a value that files cannot hold, and its own in one that replaces the file's", async () => {
    const own = (net: tf.LayersModel): Shift => ({ name: "own", networks: { net }, apply: (t) => apply(net, t) });
    const model = shifting({ net: dense(2), shift: own(dense(2)) });
    const bytes = await modelToBytes(model);
    await expect(modelFromBytes(bytes, shifting)).rejects.toThrow("expected `shift`");
    const again = await modelFromBytes(bytes, shifting, { shift: own(dense(2)) });
    expect(await again.run(x()).array()).toEqual(await model.run(x()).array());

    const plain = shifting({ net: dense(2) });
    const replacing = learned({ size: 2 });
    const values = await Promise.all(allVariables([replacing.networks!.net!]).map((each) => each.array()));
    const other = await modelFromBytes(await modelToBytes(plain), shifting, { shift: replacing });
    expect(nets(other)).toEqual(["net", "shift.net"]);
    expect(await Promise.all(allVariables([other.networks["shift.net"]!]).map((each) => each.array()))).toEqual(values);
    for (const each of [model, again, plain, other]) each.dispose();
  });

  it("are missed when a file lacks them", async () => {
    const [model, plain] = [shifting({ net: dense(2), shift: learned({ size: 2 }) }), shifting({ net: dense(2) })];
    const told = { ...plain, describe: model.describe };
    await expect(modelFromBytes(await modelToBytes(told), shifting)).rejects.toThrow(CheckpointError);
    for (const each of [model, plain]) each.dispose();
  });
});
