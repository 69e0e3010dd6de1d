import { type Option, value } from "@latentkit/core";

/** A signal that ends reading; the controller itself, which is easily passed in its place, would never abort. */
export const abortSignal: Option<AbortSignal, "required"> = /* @__PURE__ */ value<AbortSignal>({
  expected: "an AbortSignal, such as `controller.signal`",
  accepts: (given) => given instanceof AbortSignal,
  factories: [],
});

/** Channels of a picture in memory. */
export const channelCount: Option<1 | 3 | 4, "required"> = /* @__PURE__ */ value<1 | 3 | 4>({
  expected: "1, 3 or 4",
  accepts: (given) => given === 1 || given === 3 || given === 4,
  factories: [],
});

/** Height and width. */
export const sizePair: Option<readonly [height: number, width: number], "required"> = /* @__PURE__ */ value<
  readonly [number, number]
>({
  expected: "a pair [height, width] of integers > 0",
  accepts: (given) =>
    Array.isArray(given) && given.length === 2 && given.every((side) => Number.isSafeInteger(side) && side > 0),
  factories: [],
});
