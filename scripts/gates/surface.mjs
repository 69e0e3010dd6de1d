import { pathToFileURL } from "node:url";
import { inRoot } from "../lib/paths.mjs";

/**
 * How many values each entry may export. Raising a number is a decision: can an option of what is there, or a value given to it,
 * do the same?
 */
const BUDGETS = {
  core: { index: 36, authoring: 100 },
  training: { index: 16 },
  compile: { index: 6 },
  layers: { index: 82, authoring: 48 },
  losses: { index: 72, authoring: 12 },
  data: { index: 28 },
  metrics: { index: 44 },
  viz: { index: 24 },
  backends: { index: 6 },
  autoencoders: { index: 16 },
  vae: { index: 40 },
  autoregressive: { index: 12 },
  gan: { index: 40 },
  latentkit: { index: 420, authoring: 165 },
};

/** Every entry stays within its budget of exported values. Returns what is wrong. */
export async function surface() {
  const problems = [];
  for (const [name, entries] of Object.entries(BUDGETS)) {
    for (const [entry, budget] of Object.entries(entries)) {
      const path = inRoot("packages", name, "dist", `${entry}.js`);
      const count = Object.keys(await import(pathToFileURL(path).href)).length;
      if (count > budget) problems.push(`${name}/${entry}: ${count} exported values, budget ${budget}`);
    }
  }
  return problems;
}
