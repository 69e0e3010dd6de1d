import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkEncoderDecoder, disposeNetworks } from "../../src/authoring.js";
import { ConfigError, ShapeError } from "../../src/index.js";

const made: tf.LayersModel[] = [];
const network = (inputs: number, ...outputs: number[]): tf.LayersModel => {
  const input = tf.input({ shape: [inputs] });
  const heads = outputs.map((units) => tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor);
  made.push(tf.model({ inputs: input, outputs: heads }));
  return made.at(-1)!;
};
const one = { encoderOutputs: ["code"], parametersPerValue: 1, reason: "mean squared error" };
const two = { encoderOutputs: ["mean", "log variance"], parametersPerValue: 2, reason: "gaussian likelihood" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
afterAll(() => disposeNetworks(made));

describe("checkEncoderDecoder", () => {
  it("returns the sizes on which encoder and decoder agree", () => {
    expect(checkEncoderDecoder("autoencoder", network(8, 2), network(2, 8), one)).toEqual({
      dataShape: [null, 8],
      latentDim: 2,
    });
    expect(checkEncoderDecoder("vae", network(8, 2, 2), network(2, 16), two).latentDim).toBe(2);
  });

  it("names what is missing when the encoder has too few outputs", () => {
    expect(() => checkEncoderDecoder("vae", network(8, 2), network(2, 16), two)).toThrow(ConfigError);
    expect(() => checkEncoderDecoder("vae", network(8, 2), network(2, 16), two)).toThrow(
      "vae: expected `encoder` to have 2 outputs (mean, log variance), received 1.",
    );
  });

  it("prints both shapes when they disagree", () => {
    expect(() => checkEncoderDecoder("vae", network(8, 2, 3), network(2, 16), two)).toThrow(ShapeError);
    expect(() => checkEncoderDecoder("vae", network(8, 2, 2), network(3, 16), two)).toThrow(
      "vae: expected `decoder's input (the code)` to have shape [batch, 2], received [batch, 3].",
    );
    expect(() => checkEncoderDecoder("vae", network(8, 2, 2), network(2, 8), two)).toThrow(
      "vae: expected `decoder's output (gaussian likelihood of data [batch, 8])` to have shape [batch, 16], received [batch, 8].",
    );
  });
});
