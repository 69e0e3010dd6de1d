/**
 * Runs the example files named by its arguments one after the other in one process, and reports each as a line of JSON on
 * file descriptor 3. What an example prints is kept and shown only when it fails.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";

const LIMIT_MS = 60_000;

let printed = "";
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    printed += chunk;
    (typeof encoding === "function" ? encoding : done)?.();
    return true;
  };
}

const stray = [];
process.on("unhandledRejection", (error) => stray.push(error));

for (const file of process.argv.slice(2)) {
  printed = "";
  await tf.setBackend("cpu");
  const start = performance.now();
  let error = await outcome(import(pathToFileURL(file).href));
  await new Promise(setImmediate);
  error ??= stray.pop();
  const report = {
    file,
    milliseconds: performance.now() - start,
    error: error && (error.stack ?? String(error)),
    printed,
  };
  writeSync(3, `${JSON.stringify(report)}\n`);
}
process.exit(0);

/** The error of a promise, if any; one that takes too long is an error. */
function outcome(promise) {
  const late = new Promise((resolve) => {
    setTimeout(() => resolve(new Error(`the example took longer than ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref();
  });
  return Promise.race([
    promise.then(
      () => undefined,
      (error) => error ?? new Error("rejected with nothing"),
    ),
    late,
  ]);
}
