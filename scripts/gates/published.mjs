import { CommandError, run } from "../lib/run.mjs";
import { packages } from "../lib/workspace.mjs";

/** Packages are publishable: publint reads the manifests, attw resolves the types as users' compilers will. */
export async function published() {
  const found = await Promise.all([
    each((folder) => complaints("publint", [folder, "--strict"])),
    each((folder) => complaints("attw", ["--pack", folder, "--profile", "esm-only", "--no-emoji", "--no-color"])),
  ]);
  return found.flat(2);
}

async function each(inspect) {
  const found = [];
  for (const { folder } of packages()) found.push(await inspect(folder));
  return found;
}

/** What a tool printed when it ended with an error; nothing otherwise. */
export async function complaints(tool, args, options) {
  try {
    await run(tool, args, { ...options, keep: true });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [`${tool} ${args.join(" ")}\n${error.output.trim()}`];
  }
}
