import { check, type Defaulted, integer, type Option, value } from "@latentkit/core/authoring";

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

/**
 * Refuses what is no record of options, or of fields, before its parts are read.
 *
 * @throws ConfigError
 */
export function checkOptions(owner: string, options: unknown, name = "options"): void {
  check(owner).that(name, options, isRecord(options), "an object of options");
}

/** A record whose parts are checked by their names. */
export function record<T extends object>(expected: string): Option<T, "required"> {
  return value<T>({ expected, accepts: isRecord, factories: [] });
}

function isRecord(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/** How many examples are drawn, and from which seed. */
export const DRAWS: Defaulted<{ readonly count?: number; readonly seed?: number }> = {
  count: /* @__PURE__ */ integer({ min: 1, default: 10_000 }),
  seed: /* @__PURE__ */ integer({ min: 0, default: 0 }),
};

/** Height and width. */
export const sizePair: Option<readonly [height: number, width: number], "required"> = /* @__PURE__ */ value<
  readonly [number, number]
>({
  expected: "a pair [height, width] of integers > 0",
  accepts: (given) =>
    Array.isArray(given) && given.length === 2 && given.every((side) => Number.isSafeInteger(side) && side > 0),
  factories: [],
});
