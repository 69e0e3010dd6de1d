/**
 * Measures what every backend that is available here can do, and writes packages/backends/capabilities.json and the table in
 * packages/backends/docs/capabilities.md.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { findChromium, launch, serve } from "./lib/browser.mjs";
import { inRoot } from "./lib/paths.mjs";

const folder = inRoot("packages", "backends");
const reports = [];

for (const backend of ["cpu", "wasm", "webgpu", "node"]) {
  const args = ["--import", "tsx", "conformance/node.ts", backend];
  const env = { ...process.env, LATENTKIT_BACKEND: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
  if (status === 0) reports.push({ platform: `Node.js ${process.versions.node}`, ...JSON.parse(stdout) });
  else console.log(`${backend} in Node.js: not available (${stderr.match(/useBackend: .*/)?.[0] ?? stderr.trim()})`);
}

const executable = findChromium();
if (executable === undefined) console.log("SKIPPED: no Chromium, so nothing was measured in a browser.");
else {
  const [server, browser] = [await serve("packages/backends"), await launch(executable)];
  for (const backend of ["wasm", "webgl", "webgpu"]) {
    const page = await browser.newPage();
    await page.goto(`${server.address}test/browser/index.html`);
    await page.waitForFunction(() => "tests" in globalThis, undefined, { timeout: 120_000 });
    const report = await page.evaluate((name) => globalThis.tests.conformance(name), backend);
    reports.push({ platform: `Chromium ${browser.version().split(".")[0]}`, ...report });
    await page.close();
  }
  await browser.close();
  await server.close();
}

const { version } = JSON.parse(readFileSync(`${folder}/node_modules/@tensorflow/tfjs/package.json`, "utf8"));
const measured = new Date().toISOString().slice(0, 10);
writeFileSync(`${folder}/capabilities.json`, `${JSON.stringify({ tfjs: version, measured, reports }, null, 2)}\n`);
writeFileSync(`${folder}/docs/capabilities.md`, page());
console.log(page());

function page() {
  const head =
    "| platform | backend | device | checks passed | largest error | in |\n| --- | --- | --- | --- | --- | --- |";
  const rows = reports.map(({ platform, backend, device, checks, failed, worst }) =>
    [
      "",
      platform,
      backend,
      device || "–",
      `${checks - failed.length} of ${checks}`,
      worst.error,
      worst.check || "–",
      "",
    ]
      .join(" | ")
      .trim(),
  );
  const failures = reports.flatMap(({ platform, backend, failed, errors }) =>
    failed.map((check) => `- ${backend}, ${platform}: ${check}: ${errors[check]}`),
  );
  return `# What each backend can do

Measured on ${measured} with TensorFlow.js ${version} by \`node scripts/conformance.mjs\`, after \`useBackend\`: every operation
that the library's blocks need, forwards and with its first and second derivative, in several shapes (scalars, one value,
broadcasts, odd sizes, strides), and one training step of each building block. Errors are differences from the cpu
backend, relative to the largest value; cpu itself is held against finite differences in the unit tests. The numbers of
every check are in \`capabilities.json\`.

${head}
${rows.join("\n")}

${failures.length > 0 ? `Failed:\n\n${failures.join("\n")}` : "Nothing failed."}

Without a second derivative on any backend, with an \`UnsupportedError\` that names the layer: 3-D convolution and pooling,
local response normalisation, dilation. \`tf.losses.softmaxCrossEntropy\` carries a gradient of its own, whose
derivative is wrong: where a gradient penalty goes through the loss, take \`categoricalCrossEntropy\` of \`@latentkit/losses\`.
`;
}
