import { run } from "./run.mjs";

/**
 * Builds packages with turbo, which skips those whose sources did not change.
 *
 * @param filter - Which packages, in turbo's notation.
 */
export function build(filter = "./packages/*") {
  return run("turbo", [
    "run",
    "build",
    `--filter=${filter}`,
    "--output-logs=errors-only",
    "--ui=stream",
    "--continue=dependencies-successful",
  ]);
}
