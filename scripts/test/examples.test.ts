import { describe, expect, it } from "vitest";
// @ts-expect-error The scripts are plain JavaScript.
import { examplesIn } from "../lib/examples.mjs";

describe("examplesIn", () => {
  it("finds the fenced blocks of a page, with the line of their code", () => {
    const page =
      "# A page\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n```sh\nnpm test\n```\n\n```ts no-run\nfetch('x');\n```\n";
    expect(examplesIn("docs/page.md", page)).toEqual([
      { path: "docs/page.md", line: 4, code: "const a = 1;\n\nconst b = 2;", run: true },
      { path: "docs/page.md", line: 14, code: "fetch('x');", run: false },
    ]);
  });

  it("takes the comment's stars off the blocks of a docstring", () => {
    const source = "/**\n * Adds.\n *\n * @example\n * ```ts\n * const a = {\n *   b: 2 * 3,\n * };\n *\n * ```\n */\n";
    expect(examplesIn("src/add.ts", source)).toEqual([
      { path: "src/add.ts", line: 6, code: "const a = {\n  b: 2 * 3,\n};\n", run: true },
    ]);
  });

  it("does not take text in the code of a source file for a docstring", () => {
    expect(examplesIn("src/a.ts", "const page = `\n````ts\n`;\n")).toEqual([]);
  });

  it.each([
    ["a flag that does not exist", "```ts norun\n```\n", /docs\/page\.md:1: unknown flag 'norun'/],
    [
      "a fence that is not closed",
      "text\n```ts\nconst a = 1;\n",
      /docs\/page\.md:2: this example has no closing fence/,
    ],
  ])("refuses %s", (_, page, message) => {
    expect(() => examplesIn("docs/page.md", page)).toThrow(message);
  });
});
