/** Starts a new model: `pnpm new-model gan relativistic-gan`. */
import { root } from "./lib/paths.mjs";
import { main } from "./lib/phase.mjs";
import { run } from "./lib/run.mjs";
import { scaffold } from "./lib/scaffold.mjs";

await main(async () => {
  const [family, name] = process.argv.slice(2);
  const paths = scaffold(root, family, name);
  // Where lines break depends on the length of the name.
  await run("biome", ["check", "--write", ...paths.filter((path) => path.endsWith(".ts"))], { keep: true });
  console.log(["Written:", ...paths].join("\n  "));
  console.log(`\nIt runs already; replace what is "to be written" and the formula by the paper's, then:`);
  console.log(`  pnpm unit packages/${family}/test/${name}.test.ts`);
});
