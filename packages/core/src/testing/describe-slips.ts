import { describe, expect, it } from "vitest";
import { type SlipCase, sweepSlips } from "./slips.js";

/** How {@link describeSlips} treats a package's functions. */
export interface SlipsOptions {
  /** Functions that are not swept, by name. */
  readonly except?: RegExp;
  /** Frees what a call made. By default a result's tensors are disposed of. */
  readonly free?: (made: unknown) => void;
}

/**
 * Declares the tests that every function of a package has a case, and refuses slips by name, or does what is meant.
 *
 * @param exported - What the package exports.
 */
export function describeSlips(
  owner: string,
  exported: object,
  cases: Readonly<Record<string, SlipCase>>,
  { except, free }: SlipsOptions = {},
): void {
  const functions = Object.entries(exported).filter(
    (entry): entry is [string, (...args: never[]) => unknown] =>
      typeof entry[1] === "function" && except?.test(entry[0]) !== true,
  );

  describe(`slips in the calls of ${owner}`, () => {
    it("are swept for every function", () => {
      expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(cases).sort());
    });

    it.each(Object.entries(cases))("%s refuses them by name, or does what is meant", async (name, slips) => {
      const call = new Map(functions).get(name)!;
      const freed = async (...args: never[]): Promise<void> => free?.(await call(...args));
      expect(await sweepSlips(name, free ? freed : call, slips)).toEqual([]);
    });
  });
}

/** Frees what can be freed, such as a model, and each of a list. */
export function disposeOf(made: unknown): void {
  if (Array.isArray(made)) made.forEach(disposeOf);
  else (made as { readonly dispose?: () => void } | null | undefined)?.dispose?.();
}
