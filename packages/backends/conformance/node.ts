import { type BackendName, useBackend } from "../src/index.js";
import { compare } from "./compare.js";
import { measure } from "./measure.js";

// Prints the report of one backend in Node.js as JSON: `node --import tsx conformance/node.ts wasm`.
const name = process.argv[2] as BackendName;
await useBackend("cpu");
const reference = await measure();
const { device = "" } = name === "cpu" ? {} : await useBackend(name);
process.stdout.write(JSON.stringify(compare(name, device, name === "cpu" ? reference : await measure(), reference)));
// Dawn keeps the process alive.
process.exit(0);
