import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { saveNetworks, writeSafetensors } from "@latentkit/core";
import { decodePng } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cli/commands.js";
import { runCommandLine } from "../src/cli/run.js";
import { latentkit } from "./command-line.js";

tf.enableProdMode();
const folder = mkdtempSync(join(tmpdir(), "latentkit-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("latentkit", () => {
  it("lists its commands when there is none, and for --help", async () => {
    const { code, out } = await latentkit();
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name}`);
    expect(await latentkit("--help")).toEqual({ code, out, error: "" });
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    "%s --help names every option",
    async (name, command) => {
      const { code, out } = await latentkit(name, "--help");
      expect(code).toBe(0);
      expect(out).toContain(command.summary);
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
    },
  );

  it("prints its version", async () => {
    expect((await latentkit("--version")).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each([
    [
      ["dream"],
      "latentkit: unknown command 'dream'; there are info, inspect, train, sample, reconstruct, interpolate, traverse, evaluate, export",
    ],
    [["inspect"], "latentkit: inspect: expected <file.safetensors>, received nothing"],
    [["info", "more"], "latentkit: info: expected no argument, received more"],
    [["train", "gam"], "latentkit: train: expected the model to be one of adversarialAutoencoder, "],
    [["train", "greedyAutoencoder"], "'greedyAutoencoder' is not made from a command line: it is trained in stages"],
    [["train", "vae", "--beta", "much"], "expected --beta to be a number ≥ 0, or a schedule of one, received 'much'"],
    [
      ["train", "vae", "--hidden-units", "a"],
      "expected --hidden-units to be integers > 0 such as 256,64, received 'a'",
    ],
    [["train", "vae", "--learning-rate", "fast"], "expected --learning-rate to be a number ≥ 0, received 'fast'"],
    [["train", "vae", "--k", "3"], "latentkit: train: unknown option '--k'"],
    [["train", "conditionalVae", "--data", "ring", "--backend", "tpu"], "expected --backend to be one of auto"],
    [
      ["train", "vae", "--data", "cifar", "--backend", "cpu"],
      "expected --data to be one of glyphs, mnist, fashion-mnist, shapes, pixel-faces, ring, grid, swiss-roll, sines, a folder or a file, received 'cifar'",
    ],
    [["train", "vae", "--steps", "many"], "expected --steps to be an integer ≥ 1, received 'many'"],
    [["sample", "a.safetensors", "--count", "0"], "expected --count to be an integer ≥ 1, received '0'"],
    [["sample", "a.safetensors", "--backend", "tpu"], "expected --backend to be one of auto"],
    [["info", "--fast"], "latentkit: info: unknown option '--fast'"],
  ])("answers %j with one line and exit code 2", async (args, message) => {
    const { code, out, error } = await latentkit(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(message);
    expect(error.split("\n")).toHaveLength(1);
  });

  it.each(COMMANDS.filter(({ options }) => options.out).map((command) => [command.name, command] as const))(
    "%s says before anything else that its file cannot be written",
    async (name, { positionals }) => {
      writeFileSync(join(folder, "file"), "");
      const args = [name, ...positionals.map((one) => (one === "kind" ? "vae" : "a.safetensors"))];
      const inFile = await latentkit(...args, "--out", join(folder, "file", "model.safetensors"));
      expect(inFile).toMatchObject({ code: 1, out: "" });
      expect(inFile.error).toMatch(/^latentkit: --out: '.*' cannot be written; choose another place\./);
      if (name === "train") return;
      const aFolder = await latentkit(...args, "--out", folder);
      expect(aFolder).toMatchObject({ code: 2, out: "" });
      expect(aFolder.error).toContain("expected --out to be a file, received the folder");
    },
  );

  it("shows the stack of an error that is not one of the library's", async () => {
    const broken = { ...COMMANDS[0]!, name: "broken", run: () => Promise.reject(new TypeError("a bug")) };
    const lines: string[] = [];
    const code = await runCommandLine(["broken"], [broken], { out: () => {}, error: (line) => lines.push(line) });
    expect(code).toBe(1);
    expect(lines.join("\n")).toMatch(/TypeError: a bug\n +at /);
  });

  it("is a program with an exit code", () => {
    const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", main, "inspect", "absent.safetensors"],
      {
        encoding: "utf8",
        cwd: fileURLToPath(new URL("../../../", import.meta.url)),
      },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^latentkit: .*absent\.safetensors.*\n$/);
  });
});

describe("latentkit info", () => {
  it("shows versions and tries every backend", async () => {
    const { code, out } = await latentkit("info");
    expect(code).toBe(0);
    expect(out).toContain(`Node.js        ${process.versions.node}`);
    expect(out).toMatch(/cpu +works/);
    expect(out).toMatch(/webgl +no: .+/);
  });
});

describe("latentkit inspect", () => {
  it("lists networks, options and tensors", async () => {
    const path = join(folder, "networks.safetensors");
    const encoder = tf.sequential({
      name: "net",
      layers: [tf.layers.dense({ units: 2, inputShape: [3], name: "code" })],
    });
    await saveNetworks({ encoder }, path, { latentDim: 2 });
    const { code, out } = await latentkit("inspect", path);
    expect(code).toBe(0);
    expect(out).toContain("encoder: Dense");
    expect(out).toContain('options: {"latentDim":2}');
    expect(out).toMatch(/encoder\.0\.kernel +float32 +\[3, 2\]/);
    expect(out).toContain("2 tensors, 8 values");
    encoder.dispose();
  });

  it("lists a file of another program", async () => {
    const path = join(folder, "other.safetensors");
    const values = { shape: [2], data: new Int32Array(2), dtype: "int32" as const };
    writeFileSync(path, writeSafetensors(new Map([["a", values]]), { format: "pt" }));
    expect((await latentkit("inspect", path)).out).toBe("format: pt\na  int32  [2]\n1 tensors, 2 values");
  });

  it.each([
    ["a damaged file", new Uint8Array([1, 2, 3])],
    ["networks that are not described", writeSafetensors(new Map(), { latentkit: "{}" })],
  ])("refuses %s in one line", async (_, bytes) => {
    const path = join(folder, "damaged.safetensors");
    writeFileSync(path, bytes);
    const { code, error } = await latentkit("inspect", path);
    expect(code).toBe(1);
    expect(error).toMatch(/^latentkit: .*damaged/);
    expect(error.split("\n")).toHaveLength(1);
  });
});

describe("latentkit train and sample", () => {
  it("train a model, save it, and draw the same sheet from the same seed", async () => {
    const model = join(folder, "vae.safetensors");
    const small = ["--steps", "2", "--batch-size", "8", "--hidden-units", "4", "--latent-dim", "2", "--backend", "cpu"];
    const trained = await latentkit("train", "vae", "--out", model, ...small);
    expect(trained).toMatchObject({ code: 0, error: "" });
    expect(trained.out).toContain(`Wrote ${model}`);

    const sheets = [1, 1, 2].map(async (seed, i) => {
      const out = join(folder, `sheet-${i}.png`);
      const drawn = await latentkit(
        "sample",
        model,
        "--count",
        "4",
        "--seed",
        `${seed}`,
        "--out",
        out,
        "--backend",
        "cpu",
      );
      expect(drawn).toMatchObject({ code: 0, error: "" });
      return readFileSync(out);
    });
    const [first, again, other] = await Promise.all(sheets);
    expect(decodePng(first!)).toMatchObject({ channels: 1, width: 2 * 2 * 28 + 3 * 2 });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("go on from a run's folder, and show what it does", async () => {
    const run = join(folder, "run");
    const small = [
      "--batch-size",
      "8",
      "--hidden-units",
      "4",
      "--latent-dim",
      "2",
      "--executor",
      "eager",
      "--backend",
      "cpu",
    ];
    const begun = await latentkit("train", "vae", "--out", run, "--steps", "2", "--beta", "0.5", ...small);
    expect(begun).toMatchObject({ code: 0, error: "" });
    const again = await latentkit("train", "vae", "--out", run, "--steps", "3", "--beta", "0.5", ...small);
    expect(again).toMatchObject({ code: 1 });
    const resumed = await latentkit(
      "train",
      "vae",
      "--out",
      run,
      "--steps",
      "3",
      "--beta",
      "0.5",
      "--resume",
      ...small,
    );
    expect(resumed.out).toContain("completed after 3 steps: vae/loss ");
    expect(decodePng(readFileSync(join(run, "samples.png"))).channels).toBe(1);
    for (const [command, options] of Object.entries({
      reconstruct: ["--count", "4"],
      interpolate: ["--pairs", "2", "--steps", "3", "--path", "spherical"],
      traverse: [],
    })) {
      const out = join(folder, `${command}.png`);
      const drawn = await latentkit(command, run, ...options, "--out", out, "--backend", "cpu");
      expect(drawn).toMatchObject({ code: 0, error: "" });
      expect(decodePng(readFileSync(out)).width).toBeGreaterThan(50);
    }
    const measured = await latentkit(
      "evaluate",
      run,
      "--examples",
      "20",
      "--samples",
      "2",
      "--json",
      "--backend",
      "cpu",
    );
    expect(measured).toMatchObject({ code: 0, error: "" });
    const figures = JSON.parse(measured.out) as Record<string, number>;
    expect(figures["negative ELBO, nats"]).toBeCloseTo(
      figures["reconstruction, nats"]! + figures["KL divergence, nats"]!,
      2,
    );
    expect(figures["Fréchet distance, digit features"]).toBeGreaterThan(0);
    const file = join(folder, "decoder.onnx");
    expect((await latentkit("export", run, "--out", file, "--backend", "cpu")).error).toContain("encoder, decoder");
    expect(await latentkit("export", run, "--network", "decoder", "--out", file, "--backend", "cpu")).toMatchObject({
      code: 0,
    });
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  it("draw the class that is asked for", async () => {
    const model = join(folder, "conditional.safetensors");
    const small = ["--steps", "1", "--batch-size", "8", "--hidden-units", "4", "--latent-dim", "2", "--backend", "cpu"];
    expect(await latentkit("train", "conditionalVae", "--out", model, ...small)).toMatchObject({ code: 0, error: "" });
    const out = join(folder, "sevens.png");
    const drawn = await latentkit("sample", model, "--class", "7", "--count", "4", "--out", out, "--backend", "cpu");
    expect(drawn).toMatchObject({ code: 0, error: "" });
    const wrong = await latentkit("sample", model, "--class", "12", "--out", out, "--backend", "cpu");
    expect(wrong.error).toContain("label");
    const none = await latentkit("train", "conditionalVae", "--data", "swiss-roll", ...small);
    expect(none.error).toContain("'conditionalVae' is told classes, and the data have none");
  });

  it("refuses to sample a file that is no model", async () => {
    const path = join(folder, "weights.safetensors");
    writeFileSync(path, writeSafetensors(new Map()));
    const { code, error } = await latentkit("sample", path, "--backend", "cpu");
    expect(code).toBe(1);
    expect(error).toMatch(/^latentkit: .*weights\.safetensors/);
  });
});
