import { runFiles } from "./run.mjs";

/** Files that share a process where nothing fails. */
const TOGETHER = 16;

/**
 * Finds tests that pass with a shipped backend and fail with the library's. All files run with ours, many in one process; those
 * with failures run with the shipped one, each in a process of its own; and what passes there runs with ours alone once more,
 * so that no test is blamed for another's.
 *
 * @param backend - `wasm` or `cpu`.
 * @returns The numbers of tests with ours, and the regressions: `{ file, name, message }`.
 */
export async function findRegressions(child, backend, files) {
  const ours = await runFiles(child, `ours-${backend}`, files, TOGETHER);
  const suspects = files.filter((file) => failures(ours.get(file)).length > 0);
  const shipped = await runFiles(child, `shipped-${backend}`, suspects);
  const passes = (file, name) => shipped.get(file).get(name)?.[0] === "passed";
  const lost = (found, file) => {
    // What ended early is lost with every test that it would have had.
    const names = failures(found.get(file));
    const all = [...shipped.get(file).keys()].filter((name) => !found.get(file).has(name) || names.includes(name));
    return all.filter((name) => passes(file, name));
  };
  const again = suspects.filter((file) => lost(ours, file).length > 0);
  const alone = await runFiles(child, `ours-${backend}`, again);
  const regressions = again.flatMap((file) =>
    lost(alone, file).map((name) => ({ file, name, message: alone.get(file).get(name)?.[1] ?? "did not run" })),
  );
  const final = new Map([...ours, ...alone]);
  return { counts: count(final), regressions };
}

function failures(tests) {
  return [...tests].flatMap(([name, [status]]) => (status === "failed" ? [name] : []));
}

/** How many tests passed, failed and were left out. */
export function count(found) {
  const statuses = [...found.values()].flatMap((tests) => [...tests.values()].map(([status]) => status));
  const of = (wanted) => statuses.filter((status) => status === wanted).length;
  return { tests: statuses.length, passed: of("passed"), failed: of("failed") };
}
