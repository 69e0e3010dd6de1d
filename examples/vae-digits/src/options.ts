import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BackendName } from "@latentkit/backends";
import { ConfigError } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import { fashionMnist, glyphs, mnist } from "@latentkit/data";

const HELP = `Trains a VAE on digits and shows what it has learnt.

  --data glyphs|mnist|fashion  what to learn; glyphs needs no download          (glyphs)
  --steps N                    training steps                                   (${1200})
  --epochs N                   passes over the data, instead of --steps
  --latent N                   size of the code; 2 shows the whole manifold     (5)
  --seed N                     the same seed gives the same run                 (0)
  --backend NAME               auto, wasm, cpu, webgpu, node                    (wasm)
  --out FOLDER                 where results go                                 (runs/vae-digits/…)
  --resume FOLDER              continue the run in this folder
  --help                       this text`;

/** What a run is asked to do; kept beside its results, so that it can be continued. */
export interface Options {
  readonly data: "glyphs" | "mnist" | "fashion";
  readonly steps: number;
  readonly epochs?: number;
  readonly latent: number;
  readonly seed: number;
  readonly backend: BackendName;
}

const DEFAULTS: Options = { data: "glyphs", steps: 1200, latent: 5, seed: 0, backend: "wasm" };

/** Reads the command line; flags win over the options of a run that is resumed, those over the defaults. */
export async function readOptions(): Promise<Options & { readonly out: string; readonly resume: boolean }> {
  const text = { type: "string" } as const;
  const names = { data: text, steps: text, epochs: text, latent: text, seed: text, backend: text };
  const { values } = parseArgs({ options: { ...names, out: text, resume: text, help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    process.exit();
  }
  const { resume, out, help, ...flags } = values;
  const numbers = ["steps", "epochs", "latent", "seed"];
  const given = Object.entries(flags).map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]);
  const options: Options = { ...DEFAULTS, ...(resume && (await savedOptions(resume))), ...Object.fromEntries(given) };

  const checker = check("vae-digits");
  checker.oneOf("--data", options.data, ["glyphs", "mnist", "fashion"]);
  checker.integer("--steps", options.steps, { min: 1 });
  checker.integer("--epochs", options.epochs ?? 1, { min: 1 });
  checker.integer("--latent", options.latent, { min: 2 });
  checker.integer("--seed", options.seed, { min: 0 });
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return {
    ...options,
    out: resume ?? out ?? join("runs", "vae-digits", `${options.data}-${stamp}`),
    resume: resume !== undefined,
  };
}

async function savedOptions(folder: string): Promise<Partial<Options>> {
  try {
    return JSON.parse(await readFile(join(folder, "options.json"), "utf8")) as Partial<Options>;
  } catch (cause) {
    throw new ConfigError(`vae-digits: expected --resume to name the folder of a run, received ${folder}.`, { cause });
  }
}

/** Training and test images of the chosen data. */
export async function digits({ data, seed }: Pick<Options, "data" | "seed">) {
  if (data === "glyphs")
    return [glyphs({ count: 20_000, seed }), glyphs({ count: 1000, seed, split: "test" })] as const;
  const load = data === "mnist" ? mnist : fashionMnist;
  return [await load({ split: "train" }), (await load({ split: "test" })).take(1000)] as const;
}
