import { ConfigError, random } from "@latentkit/core";
import { fromTensors } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { finiteScalarQuantizer, gaussian, type Quantizer, vectorQuantizer } from "@latentkit/losses";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { codebookHealth, vqVae } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Points around twelve places far from 0. */
const data = () => {
  const chosen = Array.from({ length: 480 }, (_, i) => i % 12);
  const centres = tf.gather(random(1).uniform([12, 6], 2, 6), tf.tensor1d(chosen, "int32"));
  return fromTensors({ x: tf.add(centres, tf.mul(0.1, random(2).normal([480, 6]))) });
};

async function run(quantizer: Quantizer, steps = 150) {
  const model = vqVae({
    encoder: mlpEncoder({ inputShape: [6], hiddenUnits: [12], latentDim: quantizer.dim, seed: 1 }),
    decoder: mlpDecoder({ outputShape: [6], hiddenUnits: [12], latentDim: quantizer.dim, seed: 1 }),
    quantizer,
    likelihood: gaussian({ deviation: 0.5 }),
  });
  const heard: string[] = [];
  const health = codebookHealth(model, { every: 25, onFinding: ({ message }) => heard.push(message) });
  const options = { steps, batchSize: 48, optimizers: adam({ learningRate: 5e-3 }), callbacks: [health] };
  const { history } = await train(model, await data(), options);
  model.dispose();
  return { health, heard, last: history.at(-1)! };
}

describe("codebookHealth", () => {
  it("says in words that a codebook collapsed, which is cured by what it advises", async () => {
    // Codes begin in one place, and the encoder's vectors elsewhere: one code takes them all.
    const collapsing = { codes: 40, dim: 3, initialization: "uniform" } as const;
    const sick = await run(vectorQuantizer(collapsing));
    expect(sick.health.findings.map(({ kind }) => kind)).toEqual(["collapse"]);
    expect(sick.heard).toHaveLength(1);
    expect(sick.heard[0]).toMatch(/^step 100: table 1 has a perplexity of \d\.?\d* of 40 codes, .* % of them in use/);
    expect(sick.heard[0]).toMatch(/Codebook collapse: try `restart: \{ below: 2 \}`/);
    expect(sick.last["vqVae/used"]).toBeLessThan(0.2);

    const cured = await run(vectorQuantizer({ ...collapsing, restart: { below: 0.2 } }));
    expect(cured.heard).toEqual([]);
    expect(cured.last["vqVae/used"]).toBeGreaterThan(0.5);
    expect(cured.last["vqVae/perplexity"]).toBeGreaterThan(2 * sick.last["vqVae/perplexity"]!);
    expect(cured.last["vqVae/reconstruction"]).toBeLessThan(0.9 * sick.last["vqVae/reconstruction"]!);
  });

  it("tells dead codes from a collapse, and has another advice for finite scalars", async () => {
    const { health, heard } = await run(finiteScalarQuantizer({ levels: [7, 7, 7] }));
    expect(health.findings.map(({ kind }) => kind)).toContain("collapse");
    expect(heard[0]).toMatch(/fewer `levels`/);
    expect(health.measurements.map(({ step }) => step)).toEqual(Array.from({ length: 6 }, (_, i) => 25 * (i + 1)));
  });

  it("goes on where a resumed run left it", async () => {
    const { health } = await run(finiteScalarQuantizer({ levels: [3, 3, 3] }), 50);
    const model = { codebooks: [finiteScalarQuantizer().create()] };
    const later = codebookHealth(model);
    later.load!(JSON.parse(JSON.stringify(health.save!())));
    expect(later.measurements).toEqual(health.measurements);
  });

  it("refuses a model without codebooks", () => {
    expect(() => codebookHealth({ codebooks: [] })).toThrow(ConfigError);
    expect(() => codebookHealth({} as never)).toThrow(/codebooks/);
  });
});
