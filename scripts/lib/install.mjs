import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { run } from "./run.mjs";
import { members, readJson } from "./workspace.mjs";

const STAMP = inRoot("node_modules", ".latentkit-installed");
// The last answers a question that pnpm asks when node_modules was made with another store, and is made anew.
const INSTALL = ["install", "--frozen-lockfile", "--prefer-offline", "--config.confirmModulesPurge=false"];

/** Throws unless this Node.js can run the tools. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `LatentKit needs Node.js 20.19 or newer, this is ${process.versions.node}; see https://nodejs.org.`,
    );
  }
}

/**
 * Installs what the lockfile names, unless nothing changed since it was last done: then no tool is started and no network
 * is needed.
 *
 * @returns {Promise<string>} A note when there was nothing to do.
 */
export async function install() {
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return "nothing changed";
  // Not the pnpm within node_modules, which may be removed under its feet.
  await run("npx", ["--yes", readJson("package.json").packageManager, ...INSTALL]);
  writeFileSync(STAMP, wanted);
  return "";
}

/** Changes with the platform and with everything that pnpm reads. */
function fingerprint() {
  const manifests = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"];
  for (const { folder } of members()) manifests.push(`${folder}/package.json`);
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const path of manifests) hash.update(`\0${path}\0`).update(readFileSync(inRoot(path)));
  return hash.digest("hex");
}
