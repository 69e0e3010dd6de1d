import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Exported = Record<string, unknown>;

const umbrella: Exported = await import("../src/index.js");
const authoring: Exported = await import("../src/authoring.js");
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const packages = Object.keys(manifest.dependencies).filter((name) => name.startsWith("@latentkit/"));

describe("latentkit", () => {
  // Two packages that export one name would both lose it, silently, in an ES module.
  it.each(packages)("exports everything of %s", async (name) => {
    const exported = (await import(name)) as Exported;
    for (const [key, value] of Object.entries(exported)) expect(umbrella[key], key).toBe(value);
  });

  it.each(["core", "layers", "losses"])("exports what authors of models need of %s, apart", async (name) => {
    const exported = (await import(`@latentkit/${name}/authoring`)) as Exported;
    expect(Object.keys(exported).length).toBeGreaterThan(2);
    for (const [key, value] of Object.entries(exported)) {
      expect(authoring[key], key).toBe(value);
      expect(umbrella, key).not.toHaveProperty(key);
    }
  });
});
