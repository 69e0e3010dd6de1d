import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
// @ts-expect-error The scripts are plain JavaScript.
import { scaffold } from "../lib/scaffold.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const FAMILIES = ["gan", "autoencoders", "vae", "autoregressive"];
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "latentkit-new-model-"));
  for (const family of FAMILIES) {
    mkdirSync(join(copy, "packages", family, "src"), { recursive: true });
    writeFileSync(join(copy, "packages", family, "src", "index.ts"), "export {};\n");
  }
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(copy, path), "utf8");

/** Runs one of the workspace's tools in the copy; returns its status and all it printed. */
function tool(file: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "node_modules", file), ...args], {
    cwd: copy,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, output: stdout + stderr };
}

describe("new-model", () => {
  it("writes the source, the test, the page, the barrel's line and a changeset", () => {
    const paths = scaffold(copy, "gan", "relativistic-gan");
    expect(paths).toEqual([
      "packages/gan/src/relativistic-gan.ts",
      "packages/gan/test/relativistic-gan.test.ts",
      "packages/gan/docs/relativistic-gan.md",
      ".changeset/add-relativistic-gan.md",
      "packages/gan/src/index.ts",
    ]);
    expect(read("packages/gan/src/relativistic-gan.ts")).toContain("export const relativisticGan: ModelFactory<");
    expect(read("packages/gan/docs/relativistic-gan.md")).toContain("# Relativistic gan");
    expect(read(".changeset/add-relativistic-gan.md")).toContain('"@latentkit/gan": minor');
    for (const path of paths) expect(read(path), path).not.toContain("{{");
  });

  it("keeps the barrel sorted, whatever stands in it", () => {
    const before = 'export * from "./dcgan.js";\nexport {\n  type A,\n  b,\n} from "./wasserstein-gan.js";\n';
    writeFileSync(join(copy, "packages/gan/src/index.ts"), before);
    scaffold(copy, "gan", "minimax-gan");
    scaffold(copy, "gan", "zz-gan");
    expect(read("packages/gan/src/index.ts")).toBe(
      'export * from "./dcgan.js";\nexport { type MinimaxGanOptions, minimaxGan } from "./minimax-gan.js";\nexport {\n  type A,\n  b,\n} from "./wasserstein-gan.js";\nexport { type ZzGanOptions, zzGan } from "./zz-gan.js";\n',
    );
  });

  it.each([
    [
      "an unknown family",
      "diffusion",
      "ddpm",
      /expected a family, one of autoencoders, vae, gan, autoregressive; received diffusion/,
    ],
    ["no family", undefined, undefined, /expected a family/],
    ["a name in another case", "gan", "WassersteinGan", /expected a name in kebab-case/],
    ["a path as a name", "gan", "../evil", /expected a name in kebab-case/],
    ["no name", "gan", undefined, /expected a name in kebab-case.*received nothing/],
  ])("refuses %s", (_, family, name, message) => {
    expect(() => scaffold(copy, family, name)).toThrow(message);
    expect(existsSync(join(copy, ".changeset"))).toBe(false);
  });

  it("writes nothing when one of the files exists", () => {
    mkdirSync(join(copy, "packages/gan/docs"));
    writeFileSync(join(copy, "packages/gan/docs/new-gan.md"), "mine");
    expect(() => scaffold(copy, "gan", "new-gan")).toThrow(/packages\/gan\/docs\/new-gan\.md exists already/);
    expect(existsSync(join(copy, "packages/gan/src/new-gan.ts"))).toBe(false);
    expect(read("packages/gan/src/index.ts")).toBe("export {};\n");
  });

  it("writes models that compile, lint and pass the contract, and tests that fail until the truth test is written", () => {
    const sources = (path: string) =>
      !/[\\/](node_modules|dist|test|docs|assembly|tsup\.config\.ts|tsconfig\.json)$/.test(path);
    for (const family of FAMILIES) {
      cpSync(join(root, "packages", family), join(copy, "packages", family), { recursive: true, filter: sources });
    }
    scaffold(copy, "gan", "folding-gan");
    scaffold(copy, "autoencoders", "folding-autoencoder");
    scaffold(copy, "vae", "folding-vae");
    scaffold(copy, "autoregressive", "folding-cnn");
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    cpSync(join(root, "biome.json"), join(copy, "biome.json"));
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    const project = { extends: join(root, "tsconfig.json"), include: ["packages"] };
    writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(project));

    expect(tool("typescript/bin/tsc", "-p", "tsconfig.json")).toEqual({ status: 0, output: "" });
    const lint = tool("@biomejs/biome/bin/biome", "check", "--write", "--vcs-enabled=false", "packages");
    expect(lint.status, lint.output).toBe(0);
    const tests = tool("vitest/vitest.mjs", "run", "--root", copy, "--config", join(root, "vitest.config.ts"));
    expect(tests.status).toBe(1);
    for (const name of ["foldingGan", "foldingAutoencoder", "foldingVae", "foldingCnn"]) {
      expect(tests.output).toContain(`${name}: the truth test is to be written`);
    }
    expect(tests.output).toMatch(/Tests +4 failed \| \d\d passed/);
    // With the truth test written, all of it passes.
    for (const [family, name] of [
      ["gan", "folding-gan"],
      ["autoencoders", "folding-autoencoder"],
      ["vae", "folding-vae"],
      ["autoregressive", "folding-cnn"],
    ]) {
      const path = join(copy, "packages", family!, "test", `${name}.test.ts`);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(/expect\.unreachable\([^)]*\);/, "expect(networks).toBeTypeOf('function');"));
    }
    const passing = tool("vitest/vitest.mjs", "run", "--root", copy, "--config", join(root, "vitest.config.ts"));
    expect(passing.status, passing.output).toBe(0);
  }, 180_000);
});
