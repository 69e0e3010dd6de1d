import * as tf from "@tensorflow/tfjs";
import { LatentKitError } from "../errors.js";

/** How a function is called rightly, and where slips are right too. */
export interface SlipCase {
  /** Makes right arguments, anew for each call; tensors among them are disposed of after it. */
  readonly args: () => readonly unknown[];
  /**
   * Slips that may give a result, by place and kind: `"0: undefined"`, `"options.title: a text"`. A regular expression allows
   * several. All other slips have to be refused.
   */
  readonly allowed?: RegExp;
  /** Slips that are not tried, since what they rightly do takes long: defaults of many examples. */
  readonly costly?: RegExp;
}

/** What a caller who errs passes in the place of a right argument. */
const SLIPS: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a text": () => "slip",
  "a number": () => 7,
  NaN: () => Number.NaN,
  "a negative number": () => -3,
  "an array": () => [[1, 2], [3]],
  "a disposed tensor": () => {
    const tensor = tf.zeros([2, 2]);
    tensor.dispose();
    return tensor;
  },
};

/**
 * Calls a function with the slips that people make — nothing, null, texts, numbers, NaN, arrays for tensors, disposed tensors, and
 * for each option a misspelt name and values of other types — one at a time in otherwise right arguments.
 *
 * @returns One line for every slip that ends in an error that is not the library's, gives a result although it is not allowed to, or
 *   leaves tensors behind; none when all is well.
 */
export async function sweepSlips(
  name: string,
  call: (...args: never[]) => unknown,
  { args, allowed, costly }: SlipCase,
): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (what: string, change: (args: unknown[]) => void): Promise<void> => {
    if (costly?.test(what)) return;
    const before = tf.memory().numTensors;
    const given = [...args()];
    const own = given.flatMap((value) => (isOptions(value) ? Object.values(value) : [value]));
    change(given);
    let outcome: unknown;
    try {
      const result = await (call as (...all: unknown[]) => unknown)(...given);
      outcome = allowed?.test(what) ? undefined : "is accepted";
      tf.dispose(result as tf.TensorContainer);
    } catch (error) {
      if (!(error instanceof LatentKitError))
        outcome = `ends in a ${(error as Error).name}: ${(error as Error).message}`;
    }
    for (const value of own) if (value instanceof tf.Tensor) value.dispose();
    const left = tf.memory().numTensors - before;
    if (outcome !== undefined) problems.push(`${name}(${what}) ${outcome}`);
    if (left !== 0) problems.push(`${name}(${what}) leaves ${left} tensors`);
  };
  await attempt("nothing", (given) => {
    given.length = 0;
  });
  for (const [place, right] of args().entries()) {
    for (const value of isOptions(right) ? Object.values(right) : [right])
      if (value instanceof tf.Tensor) value.dispose();
    for (const [kind, slip] of Object.entries(SLIPS)) {
      await attempt(`${place}: ${kind}`, (given) => {
        given[place] = slip();
      });
    }
    if (!isOptions(right)) continue;
    await attempt(`options.${place}: misspelt`, (given) => {
      given[place] = { ...(given[place] as object), misspeltOption: 1 };
    });
    for (const option of Object.keys(right)) {
      for (const [kind, slip] of Object.entries(SLIPS)) {
        await attempt(`options.${option}: ${kind}`, (given) => {
          given[place] = { ...(given[place] as object), [option]: slip() };
        });
      }
    }
  }
  return problems;
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
