/** Every test on a fresh machine: `npm test` installs, builds and runs them. What follows `--` goes to vitest. */
import { build } from "./lib/build.mjs";
import { checkNode, install } from "./lib/install.mjs";
import { main, phase, seconds } from "./lib/phase.mjs";
import { runNode } from "./lib/run.mjs";

await main(async () => {
  checkNode();
  await phase("Install", install);
  await phase("Build", () => build());
  await phase("Test", () => runNode(["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]));
  console.log(`\nAll done in ${seconds(performance.now())}.`);
});
