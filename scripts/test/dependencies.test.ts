import { describe, expect, it } from "vitest";
// @ts-expect-error The scripts are plain JavaScript.
import { cycles, judge } from "../gates/dependencies.mjs";
// @ts-expect-error The scripts are plain JavaScript.
import { importsOf } from "../lib/imports.mjs";

describe("importsOf", () => {
  it("finds every kind of import, and which of them vanish", () => {
    const text = [
      'import * as tf from "@tensorflow/tfjs";',
      'import type { A } from "./a.js";',
      'export * from "./b.js";',
      'export type * from "./c.js";',
      'const d = await import("./d.js");',
      'type E = import("./e.js").E;',
      'import "./f.js";',
      "// import './comment.js'",
    ].join("\n");
    expect(importsOf("x.ts", text)).toEqual([
      { name: "@tensorflow/tfjs", line: 1, typeOnly: false },
      { name: "./a.js", line: 2, typeOnly: true },
      { name: "./b.js", line: 3, typeOnly: false },
      { name: "./c.js", line: 4, typeOnly: true },
      { name: "./d.js", line: 5, typeOnly: false },
      { name: "./e.js", line: 6, typeOnly: true },
      { name: "./f.js", line: 7, typeOnly: false },
    ]);
  });
});

describe("judge", () => {
  const dependencies = { "@latentkit/core": "workspace:^", "@latentkit/training": "workspace:^", valibot: "^1" };
  const member = { name: "@latentkit/vae", manifest: { dependencies, devDependencies: { tsx: "4" } } };
  const problems = (name: string): string[] => judge("packages/vae/src/vae.ts", { name, line: 3 }, member, ["core"]);

  it.each(["./other.js", "node:fs", "valibot", "@latentkit/core", "@latentkit/core/files", "@latentkit/vae"])(
    "allows %s",
    (name) => {
      expect(problems(name)).toEqual([]);
    },
  );

  it.each([
    ["echarts", /vae\.ts:3: imports 'echarts', which its package\.json does not declare/],
    ["tsx", /does not declare/],
    ["fs", /write 'node:fs'/],
    ["@latentkit/training", /@latentkit\/vae may import only @latentkit\/core/],
  ])("refuses %s", (name, message) => {
    expect(problems(name)).toEqual([expect.stringMatching(message)]);
  });
});

describe("cycles", () => {
  it("finds none in a tree with shared leaves", () => {
    expect(
      cycles(
        new Map([
          ["a", ["b", "c"]],
          ["b", ["d"]],
          ["c", ["d"]],
          ["d", []],
        ]),
      ),
    ).toEqual([]);
  });

  it("names the files of a cycle in order", () => {
    expect(
      cycles(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["import cycle: b → c → b"]);
  });
});
