import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const umbrella: Record<string, unknown> = await import("../src/index.js");
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const packages = Object.keys(manifest.dependencies).filter((name) => name.startsWith("@latentkit/"));

describe("latentkit", () => {
  // Two packages that export one name would both lose it, silently, in an ES module.
  it.each(packages)("exports everything of %s", async (name) => {
    const exported = (await import(name)) as Record<string, unknown>;
    for (const [key, value] of Object.entries(exported)) {
      expect(umbrella[key], key).toBe(value);
    }
  });
});
