/**
 * The main job on a fresh machine: `npm run quickstart` installs, builds, trains a VAE and shows its samples. What follows
 * `--` goes to the example: `npm run quickstart -- --data mnist --steps 200 --seed 1 --backend wasm`.
 */
import { build } from "./lib/build.mjs";
import { checkNode, install } from "./lib/install.mjs";
import { main, phase, seconds } from "./lib/phase.mjs";
import { runTypeScript } from "./lib/run.mjs";
import { readJson } from "./lib/workspace.mjs";

const EXAMPLE = "examples/vae-digits";

await main(async () => {
  checkNode();
  await phase("Install", install);
  await phase("Build", () => build(`${readJson(`${EXAMPLE}/package.json`).name}^...`));
  await phase("Train and draw", () => runTypeScript([`${EXAMPLE}/src/main.ts`, ...process.argv.slice(2)]));
  console.log(`\nAll done in ${seconds(performance.now())}.`);
});
