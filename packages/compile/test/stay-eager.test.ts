import { expect, it } from "vitest";
import { reasonToStayEager } from "../src/executor/stay-eager.js";

const page = { node: false, isolated: false, backend: "wasm", complete: true };

it("leaves a run eager in a page without threads, where the wasm backend is faster", () => {
  expect(reasonToStayEager("auto", undefined, page)).toMatch(/one thread.*cross-origin isolated.*provider: "wasm"/);
  expect(reasonToStayEager("auto", 1, { ...page, isolated: true })).toMatch(/one thread/);
});

it("compiles everywhere else", () => {
  expect(reasonToStayEager("auto", undefined, { ...page, isolated: true })).toBeUndefined();
  expect(reasonToStayEager("auto", 2, { ...page, isolated: true })).toBeUndefined();
  expect(reasonToStayEager("wasm", undefined, page)).toBeUndefined();
  expect(reasonToStayEager("auto", undefined, { ...page, backend: "cpu" })).toBeUndefined();
  expect(reasonToStayEager("auto", undefined, { ...page, complete: false })).toBeUndefined();
  expect(reasonToStayEager("auto", 1, { ...page, node: true })).toBeUndefined();
  expect(reasonToStayEager("auto", 1)).toBeUndefined();
});
