import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, finiteDifferences } from "@latentkit/core/testing";
import type { ActivationKind } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { type ContractiveAutoencoderOptions, contractiveAutoencoder } from "../src/index.js";
import { smallBatch, smallNetworks } from "./networks.js";

tf.enableProdMode();

const single = (outputActivation: ActivationKind = "sigmoid") => smallNetworks({ hiddenUnits: [], outputActivation });
const create = (options: Partial<ContractiveAutoencoderOptions> = {}) =>
  contractiveAutoencoder({
    ...(options.encoder === undefined && single()),
    ...options,
  } as ContractiveAutoencoderOptions);

for (const [name, options] of Object.entries({
  exact: () => single(),
  "an estimate": () => smallNetworks({ outputActivation: "sigmoid" }),
})) {
  describeModel(`contractiveAutoencoder with ${name}`, {
    factory: contractiveAutoencoder,
    create: () => create(options()),
    batch: smallBatch,
    invalid: {
      "a misspelt option": () => create({ lambda: 1 } as never),
      "a negative weight": () => create({ weight: -1 }),
      "an exact norm of a deep encoder": () => create({ ...smallNetworks(), jacobian: "exact" }),
      "an unknown way": () => create({ jacobian: "full" as never }),
    },
  });
}

/** ‖J‖²_F averaged over the batch, each derivative a central difference. */
async function numericalNorm(encoder: tf.LayersModel, x: tf.Tensor): Promise<number> {
  const latentDim = encoder.outputs[0]!.shape[1]!;
  let sum = 0;
  for (let j = 0; j < latentDim; j++) {
    const unit = (input: tf.Tensor) =>
      tf.sum(tf.slice(encoder.apply(input) as tf.Tensor2D, [0, j], [-1, 1])) as tf.Scalar;
    for (const slope of await finiteDifferences(unit, x)) sum += slope * slope;
  }
  return sum / x.shape[0]!;
}

describe("contractiveAutoencoder", () => {
  const contraction = (model: ReturnType<typeof create>, x: tf.Tensor, seed: number) =>
    tf.tidy(() => model.objectives[0]!.loss({ x }, stepContext(random(seed))).parts!.contraction!.dataSync()[0]!);

  it.each(["sigmoid", "tanh", "relu", "linear"] as const)("has the exact norm of one %s layer", async (kind) => {
    const model = create({ ...single(kind), jacobian: "exact" });
    const { x } = smallBatch();
    // Central differences of float32 values are good to about three digits.
    expect(contraction(model, x, 1) / (await numericalNorm(model.networks.encoder, x))).toBeCloseTo(1, 2);
    x.dispose();
    model.dispose();
  });

  it.each([
    ["an activation", () => tf.layers.activation({ activation: "tanh", inputShape: [4, 4, 1] })],
    ["pooling", () => tf.layers.averagePooling2d({ poolSize: 2, inputShape: [4, 4, 1] })],
  ])("has no exact norm with %s before the dense layer", (_, first) => {
    const encoder = tf.sequential({ layers: [first(), tf.layers.flatten(), tf.layers.dense({ units: 3 })] });
    const create = () => contractiveAutoencoder({ encoder, decoder: single().decoder, jacobian: "exact" });
    expect(create).toThrow(
      /one dense layer .* and nothing before it but a flattening, received .*(Activation|Pooling)/,
    );
  });

  it("estimates the norm of a deep encoder without bias", async () => {
    const model = create({ ...smallNetworks({ outputActivation: "tanh" }), jacobian: "estimate" });
    const { x } = smallBatch();
    const exact = await numericalNorm(model.networks.encoder, x);
    const draws = Array.from({ length: 400 }, (_, seed) => contraction(model, x, seed));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
    // Four standard errors of the mean.
    expect(Math.abs(mean - exact)).toBeLessThan((4 * deviation) / Math.sqrt(draws.length));
    x.dispose();
    model.dispose();
  });

  it("has the gradient of its estimate right, through a second derivative", async () => {
    const model = create({ ...smallNetworks({ outputActivation: "sigmoid" }), jacobian: "estimate" });
    const { x } = smallBatch();
    const kernel = model.networks.encoder.trainableWeights[0]!.read() as tf.Variable;
    const start = kernel.clone();
    const penalty = () =>
      tf.tidy(() => model.objectives[0]!.loss({ x }, stepContext(random(2))).parts!.contraction as tf.Scalar);
    const { value, grads } = tf.variableGrads(penalty, [kernel]);
    const numerical = await finiteDifferences((values) => {
      kernel.assign(values);
      return penalty();
    }, start);
    const analytical = await grads[kernel.name]!.data();
    const scale = Math.max(...numerical.map(Math.abs));
    for (const [i, slope] of numerical.entries()) expect(Math.abs(analytical[i]! - slope) / scale).toBeLessThan(0.01);
    tf.dispose([value, grads as never, start, x]);
    model.dispose();
  });
});
