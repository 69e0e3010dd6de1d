/**
 * Tests of @latentkit/backends and @latentkit/compile in headless Chromium. Installs Debian's Chromium when it is missing and that is possible; says
 * loudly that nothing ran when it is not. Arguments choose tests by a part of their name.
 */

import { findChromium, launch, serve } from "./lib/browser.mjs";
import { BUNDLES } from "./lib/bundles.mjs";

const conformance = (backend) => ({
  name: `conformance on ${backend}`,
  async run(page) {
    const { checks, worst, failed, errors } = await page.evaluate(
      (name) => globalThis.tests.conformance(name),
      backend,
    );
    const wrong = failed.map((check) => `${check}: ${errors[check]}`);
    if (wrong.length > 0)
      throw new Error(`${failed.length} of ${checks} checks failed:\n  ${wrong.slice(0, 10).join("\n  ")}`);
    return `${checks} checks, largest error ${worst.error} (${worst.check})`;
  },
});

const loss = (backend) => ({
  name: `loss of the ${backend} device`,
  async run(page) {
    const error = await page.evaluate((name) => globalThis.tests.loss(name), backend);
    if (error !== "DeviceLostError") throw new Error(`expected a DeviceLostError, received ${error}`);
    return error;
  },
});

/** A training step as one ONNX graph, compared with the eager one in the page. */
const compiled = (workload, provider, threads = 1) => ({
  name: `compiled ${workload} on ${provider}${threads > 1 ? `, ${threads} threads, cross-origin isolated` : ""}`,
  folder: "packages/compile",
  isolated: threads > 1,
  async run(page) {
    const call = (args) => globalThis.tests.compiled(...args);
    const result = await page.evaluate(call, [workload, provider, threads]);
    if (result.lines.length > 0) throw new Error(result.lines.join("; "));
    const { compiled, eager, prepared, apart } = result;
    if (!(apart < 1e-3)) throw new Error(`after 9 updates the losses are ${apart} of their size apart`);
    return `${compiled.toFixed(1)} ms an update, eagerly on cpu ${eager.toFixed(0)} ms; first ${prepared.toFixed(0)} ms`;
  },
});

/** The README's program as a visitor of a page gets it, and in a worker of the page: on wasm, with the printed loss. */
const readme = (bundle, file) => ({
  name: `README from ${bundle}${file === "index.html" ? "" : ", in a worker"}`,
  bundle,
  file,
  async run(page) {
    await page.waitForFunction(() => "result" in globalThis, undefined, { timeout: 120_000 });
    const result = await page.evaluate(() => globalThis.result);
    const { backend, loss, shape, bytes } = result;
    const right = backend === "wasm" && Math.abs(loss - 195.7) < 1 && shape.join() === "64,28,28,1" && bytes > 1e6;
    if (!right) throw new Error(`received ${JSON.stringify(result)}`);
    return `loss ${loss.toFixed(1)} on ${backend}`;
  },
});

const TESTS = [
  { name: "auto", run: (page) => page.evaluate(() => globalThis.tests.auto()) },
  ...["wasm", "webgl", "webgpu"].map(conformance),
  { ...conformance("wasm"), name: "conformance on wasm, cross-origin isolated", isolated: true },
  ...["webgl", "webgpu"].map(loss),
  ...["mlp-vae", "conv-ae", "wgan-gp"].map((workload) => compiled(workload, "wasm")),
  compiled("conv-ae", "wasm", 2),
  compiled("mlp-vae", "webgpu"),
  ...Object.keys(BUNDLES).flatMap((bundle) => [readme(bundle, "index.html"), readme(bundle, "in-worker.html")]),
];

const executable = findChromium();
if (executable === undefined) {
  console.log("SKIPPED: no Chromium here and none could be installed, so NO BROWSER TEST RAN. Set LATENTKIT_CHROMIUM.");
  process.exit(0);
}
const wanted = process.argv.slice(2);
const servers = new Map();
const serverOf = async (folder, isolated) => {
  const key = `${folder} ${isolated}`;
  if (!servers.has(key)) servers.set(key, await serve(folder, { isolated }));
  return servers.get(key);
};
const bundleOf = async (bundle) => {
  if (!servers.has(bundle)) servers.set(bundle, await BUNDLES[bundle]());
  return servers.get(bundle);
};
const browser = await launch(executable);
let failures = 0;
for (const { name, run, folder = "packages/backends", isolated = false, bundle, file } of TESTS) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.log(`  page error: ${error.message}`));
  const start = performance.now();
  try {
    if (bundle) await page.goto(`${(await bundleOf(bundle)).address}${file}`);
    else {
      await page.goto(`${(await serverOf(folder, isolated)).address}test/browser/index.html`);
      await page.waitForFunction(() => "tests" in globalThis, undefined, { timeout: 120_000 });
    }
    const result = await run(page);
    console.log(`ok      ${name} (${((performance.now() - start) / 1000).toFixed(1)} s): ${result}`);
  } catch (error) {
    failures++;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
  await page.close();
}
await browser.close();
await Promise.all([...servers.values()].map((server) => server.close()));
console.log(failures === 0 ? "browser tests passed" : `${failures} browser tests failed`);
process.exitCode = failures === 0 ? 0 : 1;
