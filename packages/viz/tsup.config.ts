import { readFileSync } from "node:fs";
import type { Options } from "tsup";
import { library } from "../../tsup.base.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** Reports name the version that made them: all packages of a release share it. */
const config: Options = { ...(library() as Options), define: { LATENTKIT_VERSION: JSON.stringify(version) } };

export default config;
