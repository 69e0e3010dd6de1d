import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { compare } from "../conformance/compare.js";
import { measure } from "../conformance/measure.js";
import { useBackend } from "../src/index.js";

// scripts/build-tfjs-node.mjs builds it.
const tfjsNode = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json"));
const built = existsSync(`${tfjsNode}/lib/napi-v8/tfjs_binding.node`);

it.for([
  ["wasm", true],
  ["node", built],
] as const)("%s agrees with cpu on every kernel, derivative and block", async ([backend, available], { skip }) => {
  skip(!available, "tfjs-node is not built here: node scripts/build-tfjs-node.mjs");
  await useBackend("cpu");
  const reference = await measure();
  expect(Object.entries(reference).filter(([, outcome]) => typeof outcome === "string")).toEqual([]);
  await useBackend(backend);
  const { errors, failed } = compare(backend, "", await measure(), reference);
  expect(failed.map((check) => [check, errors[check]])).toEqual([]);
});
