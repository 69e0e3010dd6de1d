import { expect, it } from "vitest";
import { printable } from "../src/authoring.js";

it("writes out what a terminal would obey, and nothing else", () => {
  expect(printable("a\u001b[2J\u0007b\r\n\u009b31m")).toBe("a\\u001b[2J\\u0007b\\u000d\\u000a\\u009b31m");
  expect(printable("x\u202eexe\u2066\u200b\ufeff")).toBe("x\\u202eexe\\u2066\\u200b\\ufeff");
  expect(printable("\ud800")).toBe("\\ud800");
  expect(printable("Schicht é 名前 😀 'x'")).toBe("Schicht é 名前 😀 'x'");
});

it("cuts what is long", () => {
  expect(printable("abcdef", 3)).toBe("abc…");
  expect(printable("x".repeat(1000))).toHaveLength(201);
});
