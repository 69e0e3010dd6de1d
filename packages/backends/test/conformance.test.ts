import { expect, it } from "vitest";
import { compare } from "../conformance/compare.js";
import { measure } from "../conformance/measure.js";
import { useBackend } from "../src/index.js";

it("wasm agrees with cpu on every kernel, derivative and block", async () => {
  await useBackend("cpu");
  const reference = await measure();
  expect(Object.entries(reference).filter(([, outcome]) => typeof outcome === "string")).toEqual([]);
  await useBackend("wasm");
  const { errors, failed } = compare("wasm", "", await measure(), reference);
  expect(failed.map((check) => [check, errors[check]])).toEqual([]);
});
