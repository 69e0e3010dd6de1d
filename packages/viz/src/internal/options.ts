import type { Compile, GivenLike, HistoryRow } from "@latentkit/core";
import { choice, instance, type Option, optional } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ChartTheme } from "../charts/theme.js";

/** Any text, the empty one included, such as a label. */
export const words: Option<string, "required"> = /* @__PURE__ */ instance<string>(
  "a text",
  (given) => typeof given === "string",
);

/** The values that become black and white. */
export const valueRange: Option<readonly [number, number], "required"> = /* @__PURE__ */ instance<
  readonly [number, number]
>(
  "a pair of rising numbers",
  (given) => Array.isArray(given) && given.length === 2 && given.every(Number.isFinite) && given[0] < given[1],
);

/** Conditions of a conditional model. */
export const conditionsGiven: Option<GivenLike, "required"> = /* @__PURE__ */ instance<GivenLike>(
  "conditions by name, such as { label: [0, 1] }",
  isRecord,
);

/** What makes functions ready during a run. */
export const compileOption: Option<Compile | undefined, "optional"> = /* @__PURE__ */ optional(
  called<Compile>("the `compile` of a run's event"),
);

/** Numbers in a list or a tensor. */
export const numbersOrTensor: Option<tf.Tensor | ArrayLike<number>, "required"> = /* @__PURE__ */ instance<
  tf.Tensor | ArrayLike<number>
>("a list of numbers, or a tensor", (given) => (given instanceof tf.Tensor ? !given.isDisposed : isNumberList(given)));

/** The rows that a run's history has. */
export const historyRows: Option<readonly HistoryRow[], "required"> = /* @__PURE__ */ instance<readonly HistoryRow[]>(
  "the rows of a history, such as `train` returns",
  (given) => Array.isArray(given) && given.every((row) => isRecord(row) && Object.values(row).every(isNumber)),
);

/** Colours of a chart. */
export const theme: Option<ChartTheme, "defaulted"> = /* @__PURE__ */ choice(["dark", "light", "page"], {
  default: "light",
});

/** Something to call. */
export function called<T>(expected: string): Option<T, "required"> {
  return instance<T>(expected, (given) => typeof given === "function");
}

/** A record with parts of its own, neither a list nor a tensor. */
export function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given) && !(given instanceof tf.Tensor);
}

export function isNumberList(given: unknown): given is ArrayLike<number> {
  return Array.isArray(given) ? given.every(isNumber) : ArrayBuffer.isView(given) && !(given instanceof DataView);
}

function isNumber(given: unknown): boolean {
  return typeof given === "number";
}
