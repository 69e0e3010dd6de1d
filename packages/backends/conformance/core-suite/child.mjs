// Runs test files of the core on one side, and prints what each test came to: `node child.mjs ours-wasm ops/add_test.js …`.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import jasmineCore from "jasmine-core";
import { useBackend } from "../../src/use-backend.js";

const [side, ...files] = process.argv.slice(2);
const [owner, backend] = side.split("-");

const jasmine = jasmineCore.boot(jasmineCore);
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
const env = jasmine.getEnv();
env.configure({ random: false });

setWasmPaths(process.env.WASM_FOLDER);
if (owner === "ours") await useBackend(backend);
else await tf.setBackend(backend);
setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);

const fileOf = new Map();
const results = [];
env.addReporter({
  specDone({ id, fullName, status, failedExpectations }) {
    const [first] = failedExpectations;
    results.push([fileOf.get(id), fullName, status, first?.message.split("\n", 1)[0].slice(0, 200) ?? ""]);
  },
  jasmineDone() {
    process.stdout.write(`\n#RESULTS ${JSON.stringify(results)}\n`, () => process.exit(0));
  },
});
console.log = console.warn = () => undefined;
const declared = () => env.topSuite().children;
for (const file of files) {
  const known = declared().length;
  // An address, not a path: the bundler leaves it alone.
  await import(new URL(`${file.slice(0, -3)}.mjs`, import.meta.url).href);
  const note = ({ id, children: inner }) => (inner === undefined ? fileOf.set(id, file) : inner.forEach(note));
  declared().slice(known).forEach(note);
}
env.execute();
