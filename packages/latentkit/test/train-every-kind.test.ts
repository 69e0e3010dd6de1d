import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { trainable } from "../src/cli/models/make-model.js";
import { KINDS } from "../src/kinds.js";
import { latentkit } from "./command-line.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const table = join(folder, "table.csv");
writeFileSync(
  table,
  `kind,width,height,depth\n${Array.from({ length: 64 }, (_, i) => `${"ab"[i % 2]},${Math.sin(i)},${Math.cos(i)},${i % 7}`).join("\n")}\n`,
);

/** Kinds that take no rows of numbers, by what they take. */
const SEQUENCES = ["recurrentAutoencoder"];
const PICTURES = ["gatedPixelCnn", "imageTransformer", "pixelCnn", "pixelCnnPlusPlus", "pixelRnn", "msSsimVae"];
/** What a kind cannot do without. */
const NEEDED: Readonly<Record<string, string[]>> = {
  gan: ["--loss", "hingeLoss"],
  infoGan: ["--latent-dim", "16"],
  kSparseAutoencoder: ["--k", "1"],
};
const ROWS = trainable().filter((kind) => ![...SEQUENCES, ...PICTURES].includes(kind));
const common = ["--steps", "2", "--batch-size", "16", "--backend", "cpu", "--executor", "eager"];

describe("latentkit train, for every kind", () => {
  it("has most of the library's", () => {
    expect(trainable().length / KINDS.length).toBeGreaterThan(2 / 3);
  });

  it.each(ROWS)("%s learns from rows of a table, and is saved", async (kind) => {
    const out = join(folder, kind);
    const size = ["--hidden-units", "8", "--latent-dim", "2", ...(NEEDED[kind] ?? [])];
    const { code, error } = await latentkit(
      "train",
      kind,
      "--data",
      table,
      "--label",
      "kind",
      ...size,
      "--out",
      out,
      ...common,
    );
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(existsSync(join(out, "model.safetensors"))).toBe(true);
  });

  it("recurrentAutoencoder learns from sequences", async () => {
    const out = join(folder, "recurrent");
    const { code, error } = await latentkit("train", ...SEQUENCES, "--data", "sines", "--out", out, ...common);
    expect({ code, error }).toEqual({ code: 0, error: "" });
  });
});
