/** Builds the site of guides and API pages into docs/dist: `pnpm site`. A warning is a failure. */
import { rmSync } from "node:fs";
import { build } from "./lib/build.mjs";
import { inRoot } from "./lib/paths.mjs";
import { main } from "./lib/phase.mjs";
import { run } from "./lib/run.mjs";

await main(async () => {
  await build();
  rmSync(inRoot("docs", "dist"), { recursive: true, force: true });
  await run("typedoc", []);
});
