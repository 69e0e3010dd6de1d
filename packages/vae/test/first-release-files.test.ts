import { readFile } from "node:fs/promises";
import { ConfigError, loadModel, random, type Schedule } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { iwae, vae } from "../src/index.js";

const file = (name: string) => new URL(`fixtures/first-release/${name}`, import.meta.url).pathname;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("files that saveVae of the first release wrote", () => {
  it("load with their options and weights", async () => {
    const model = await loadModel(file("vae.safetensors"), [iwae, vae]);
    expect(model.describe()).toEqual({
      kind: "vae",
      options: {
        beta: 2,
        freeBits: 0.1,
        likelihood: { name: "gaussian", deviation: 0.5 },
        posterior: { name: "gaussianPosterior" },
        prior: { name: "standardNormal" },
      },
      asked: [],
    });
    const expected = JSON.parse(await readFile(file("expected.json"), "utf8")) as { vae: number[] };
    expect([...(await model.reconstruct(tf.tensor2d([[0.1, 0.2, 0.3, 0.4]])).data())]).toEqual(expected.vae);
    model.dispose();
  });

  it("ask for the β that was a schedule, instead of taking 1", async () => {
    await expect(loadModel(file("scheduled.safetensors"), vae)).rejects.toThrow(ConfigError);
    await expect(loadModel(file("scheduled.safetensors"), vae)).rejects.toThrow("expected `beta` among the options");
    const beta: Schedule = () => 3;
    const model = await loadModel(file("scheduled.safetensors"), vae, { beta });
    const x = tf.tensor2d([[0.1, 0.2, 0.3, 0.4]]);
    const { total, parts } = model.objectives[0]!.loss({ x }, stepContext(random(1), 5, true));
    const [loss, reconstruction, kl] = [total, parts!.reconstruction!, parts!.kl!].map((part) => part.dataSync()[0]!);
    expect(loss).toBeCloseTo(reconstruction! + 3 * kl!, 4);
    model.dispose();
  });
});
