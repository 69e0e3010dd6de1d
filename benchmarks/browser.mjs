/**
 * Times training steps on WebAssembly in headless Chromium, compiled and eager, beside jax-js: in one page, in turn.
 *
 *   --threads 1,2         a page each; more than one thread needs a page that is cross-origin isolated
 *   --runners onnx,jax    these only, of onnx, wasm and jax
 *   --only mlp            workloads whose name has this
 *   --rounds 10 --steps 3 rounds, and steps of each runner per round
 *   --slow                also convolutions where one step takes minutes
 *   --record              adds the tables to RESULTS.md
 *
 * Chromium is LATENTKIT_CHROMIUM, one that is installed, or Debian's.
 */
import { parseArgs } from "node:util";
import { findChromium, launch, serve } from "../scripts/lib/browser.mjs";
import { failures, leftOut, measure, summary } from "./measure.mjs";
import { record } from "./record.mjs";

const { values: options } = parseArgs({
  options: {
    threads: { type: "string", default: "1,2" },
    runners: { type: "string", default: "onnx,wasm,jax" },
    only: { type: "string" },
    rounds: { type: "string", default: "10" },
    steps: { type: "string", default: "3" },
    slow: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});

/** A runner in a page, spoken to as the processes of `run.mjs` are. */
class PageWorker {
  #page;
  #runner;

  constructor(page, runner) {
    this.#page = page;
    this.#runner = runner;
  }

  start(threads) {
    return this.#page.evaluate((args) => globalThis.bench.start(...args), [this.#runner, threads]);
  }

  send(command) {
    return this.#page.evaluate((args) => globalThis.bench.answer(...args), [this.#runner, command]);
  }
}

async function inPage(browser, threads) {
  const server = await serve("benchmarks", { isolated: threads > 1 });
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page error: ${error.message}`));
  const notes = [];
  try {
    await page.goto(`${server.address}browser/index.html`);
    await page.waitForFunction(() => "bench" in globalThis, undefined, { timeout: 120_000 });
    const workers = new Map();
    for (const runner of options.runners.split(",")) {
      const worker = new PageWorker(page, runner);
      const { name, device } = await worker.start(threads);
      workers.set(name, worker);
      notes.push(`${name}: ${device}`);
    }
    const { skip, notes: omissions } = leftOut([...workers.keys()], options.slow);
    const [rounds, steps] = [Number(options.rounds), Number(options.steps)];
    const results = await measure(workers, { rounds, steps, only: options.only, skip });
    notes.push(...omissions, ...failures(results));
    return `${summary(results, [...workers.keys()])}\n\n${notes.map((note) => `- ${note}`).join("\n")}\n`;
  } finally {
    await page.close();
    await server.close();
  }
}

const executable = findChromium();
if (executable === undefined) throw new Error("No Chromium here and none could be installed: set LATENTKIT_CHROMIUM.");
const browser = await launch(executable);
const version = browser.version();
const tables = [];
try {
  for (const threads of options.threads.split(",").map(Number)) tables.push(await inPage(browser, threads));
} finally {
  await browser.close();
}
const text = tables.join("\n");
console.log(text);
if (options.record) record(text, `Chromium ${version}`);
