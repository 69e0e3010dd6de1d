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
  /** What right arguments end in here, such as the message of a network that tests do not have. */
  readonly ends?: RegExp;
}

/** An object that the sweep takes for an argument, not for options whose parts it spoils: it has a prototype of its own. */
export function asArgument<T extends object>(parts: T): T {
  return Object.assign(Object.create({}), parts);
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

const RIGHT = "right arguments";

/**
 * Calls a function with the slips that people make — nothing, null, texts, numbers, NaN, arrays for tensors, disposed tensors, and
 * tensors of another shape, for each option a misspelt name and values of other types — one at a time in otherwise right arguments.
 *
 * Right arguments are tried first: slips in arguments that are refused anyway would say nothing.
 *
 * @returns One line for every slip that ends in an error that is not the library's, gives a result although it is not allowed to, does not
 *   name the option, or leaves tensors behind; none when all is well.
 */
export async function sweepSlips(
  name: string,
  call: (...args: never[]) => unknown,
  { args, allowed, costly, ends }: SlipCase,
): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (what: string, change: (args: unknown[]) => void): Promise<void> => {
    if (costly?.test(what)) return;
    const isRight = what === RIGHT;
    const before = tf.memory().numTensors;
    const given = [...args()];
    const tensors = new Set(tensorsOf(given));
    change(given);
    for (const tensor of tensorsOf(given)) tensors.add(tensor);
    // What is never right in an option's place has to be refused by its name.
    const option = /^options\.([A-Za-z]\w*): (null|NaN|an array)$/.exec(what)?.[1];
    let outcome: unknown;
    try {
      const result = await (call as (...all: unknown[]) => unknown)(...given);
      outcome = isRight || allowed?.test(what) ? undefined : "is accepted";
      tf.dispose(result as tf.TensorContainer);
    } catch (error) {
      const { message } = error as Error;
      if (isRight) outcome = ends?.test(message) ? undefined : `are refused: ${message}`;
      else if (!(error instanceof LatentKitError)) outcome = `ends in a ${(error as Error).name}: ${message}`;
      else if (option !== undefined && !message.includes(option)) outcome = `does not name the option: ${message}`;
    }
    for (const tensor of tensors) tensor.dispose();
    const left = tf.memory().numTensors - before;
    if (outcome !== undefined) problems.push(`${name}(${what}) ${outcome}`);
    if (left !== 0) problems.push(`${name}(${what}) leaves ${left} tensors`);
  };
  await attempt(RIGHT, () => undefined);
  await attempt("nothing", (given) => {
    given.length = 0;
  });
  for (const [place, right] of args().entries()) {
    for (const tensor of tensorsOf([right])) tensor.dispose();
    for (const [kind, slip] of slipsFor(right)) {
      await attempt(`${place}: ${kind}`, (given) => {
        given[place] = slip();
      });
    }
    if (!isOptions(right)) continue;
    await attempt(`options.${place}: misspelt`, (given) => {
      given[place] = { ...(given[place] as object), misspeltOption: 1 };
    });
    for (const [option, value] of Object.entries(right)) {
      for (const [kind, slip] of slipsFor(value)) {
        await attempt(`options.${option}: ${kind}`, (given) => {
          given[place] = { ...(given[place] as object), [option]: slip() };
        });
      }
    }
  }
  return problems;
}

function tensorsOf(given: readonly unknown[]): tf.Tensor[] {
  const values = given.flatMap((value) => (isOptions(value) ? Object.values(value) : [value]));
  return values.filter((value): value is tf.Tensor => value instanceof tf.Tensor);
}

/** Tensors have slips of their own: a rank and sizes that are nobody's. */
function slipsFor(right: unknown): [string, () => unknown][] {
  const slips = Object.entries(SLIPS);
  if (right instanceof tf.Tensor) slips.push(["another shape", () => tf.zeros([3, 1, 5, 2, 7])]);
  return slips;
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
