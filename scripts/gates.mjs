/**
 * What a package must be before it may be published: `pnpm gates`, or `node scripts/gates.mjs models knip` for some of
 * them. Packages must have been built.
 */
import { dependencies } from "./gates/dependencies.mjs";
import { models } from "./gates/models.mjs";
import { complaints, published } from "./gates/published.mjs";
import { shape } from "./gates/shape.mjs";
import { surface } from "./gates/surface.mjs";
import { main } from "./lib/phase.mjs";

const GATES = {
  dependencies,
  models,
  shape,
  surface,
  published,
  knip: () => complaints("knip", ["--no-progress"]),
  size: () => complaints("size-limit", []),
};

await main(async () => {
  const wanted = process.argv.slice(2);
  let failed = 0;
  for (const [name, gate] of Object.entries(GATES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const problems = await gate();
    console.log(`${problems.length === 0 ? "✔" : "✘"} ${name}`);
    for (const problem of problems) console.log(`  ${problem}`);
    failed += problems.length;
  }
  if (failed > 0) throw new Error(`${failed} problem${failed === 1 ? "" : "s"}`);
});
