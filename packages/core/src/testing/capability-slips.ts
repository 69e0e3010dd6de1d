import * as tf from "@tensorflow/tfjs";
import { givenOf } from "../model/conditions.js";
import { random } from "../random/random.js";
import type { RandomSource } from "../random/random-source.js";
import type { Decodes, HasCodes } from "../types/capabilities.js";
import type { GivenLike } from "../types/fields.js";
import type { Batch, Model } from "../types/model.js";
import { sweepSlips } from "./slips.js";

type Call = (...args: never[]) => unknown;

/** A count alone will do; classes are drawn where they are not given. */
const OF_SAMPLE = /^(0: a number|options\.\w+: undefined|options\.count: a number)$/;
const COUNT = /^1: a number$/;
/** Mean and variance are asked of a posterior that has other parameters, such as that of discrete codes. */
const NO_GAUSSIAN = /\.posterior: expected a posterior that is a diagonal Gaussian/;

/**
 * Sweeps slips over what a model can do: `encode`, `decode`, `sample` and the others, with the conditions of a batch where the model
 * takes some.
 *
 * @param data - Right data, from which right arguments are made.
 * @param untold - What the model can do without being told its conditions.
 * @returns As `sweepSlips`.
 */
export async function sweepCapabilities(
  model: Model<never>,
  data: Batch,
  untold: readonly string[] = [],
): Promise<string[]> {
  const x = (): tf.Tensor => tf.clone(data.x!);
  const count = data.x!.shape[0]!;
  const z = (): tf.Tensor => tf.zeros([count, (model as Partial<Decodes>).latentDim ?? 1]);
  const stream = (): RandomSource => random(1).at(0);
  const taken = givenOf(model.given, data) ?? {};
  const numbers = Object.fromEntries(
    await Promise.all(
      Object.entries(taken).map(async ([name, value]) => [name, (await value.array()) as number[]] as const),
    ),
  ) as GivenLike;
  const codes = (): tf.Tensor => tf.zeros([count, ...((model as Partial<HasCodes>).codeShape ?? [1])], "int32");
  const conditioned = Object.keys(numbers).length > 0;
  const given = [conditioned ? (Object.assign(Object.create({}), numbers) as GivenLike) : undefined];
  const calls: Readonly<Record<string, () => readonly unknown[]>> = {
    encode: () => [x(), ...given],
    decode: () => [z(), ...given],
    encodeCodes: () => [x(), ...given],
    embedCodes: () => [codes()],
    decodeCodes: () => [codes(), ...given],
    reconstruct: () => [x(), ...given],
    sample: () => [{ count, random: stream(), ...(conditioned && { given: given[0] }) }],
    sampleFromCodes: () => [z(), stream(), ...given],
    posterior: () => [x(), ...given],
    elbo: () => [x(), stream(), ...given],
    logImportanceWeights: () => [x(), 2, stream(), ...given],
    errors: () => [x(), ...given],
    classify: () => [x()],
    discriminate: () => [x(), ...given],
    recognise: () => [x()],
  };
  const problems: string[] = [];
  for (const [name, args] of Object.entries(calls)) {
    const call = (model as unknown as Readonly<Record<string, Call | undefined>>)[name];
    if (call === undefined) continue;
    const found = await sweepSlips(`${model.kind}.${name}`, call.bind(model), {
      args,
      ...(name === "posterior" && { ends: NO_GAUSSIAN }),
    });
    const last = args().length - 1;
    // Conditions that are optional, and those that no model without conditions is given, may stay away.
    const optional = Object.values(model.given ?? {}).every((field) => field.optional);
    // A discriminator may be told nothing.
    const right =
      name === "sample"
        ? OF_SAMPLE
        : optional || name === "discriminate" || untold.includes(name)
          ? new RegExp(`^${last}: undefined$`)
          : undefined;
    problems.push(
      ...found.filter((line) => !accepted(line, right, name === "logImportanceWeights" ? COUNT : undefined)),
    );
  }
  return problems;
}

/** Whether a line tells of a value that is right in its place. */
function accepted(line: string, ...allowed: readonly (RegExp | undefined)[]): boolean {
  const slip = /^[^(]+\((.*)\) is accepted$/.exec(line)?.[1];
  return slip !== undefined && allowed.some((right) => right?.test(slip));
}
