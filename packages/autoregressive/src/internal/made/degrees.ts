import { random } from "@latentkit/core";

/** Degrees of all units of a MADE, by mask: the place of each value in the order, and of hidden units the last value that they see. */
export interface MadeDegrees {
  /** `[masks][values]`, from 1. */
  readonly inputs: number[][];
  /** `[layers][masks][units]`. */
  readonly hidden: number[][][];
}

/** Which units see what. */
export interface MadeMasks {
  readonly values: number;
  readonly hiddenUnits: readonly number[];
  readonly masks: number;
  readonly orderAgnostic: boolean;
  readonly seed: number;
}

/**
 * Orders and degrees: reading order, or a random one for each mask, and in each layer all degrees alike often, shuffled, none below the
 * lowest of the layer before, which could see nothing.
 */
export function madeDegrees({ values, hiddenUnits, masks, orderAgnostic, seed }: MadeMasks): MadeDegrees {
  const stream = random(seed).stream("made");
  const each = <T>(make: (mask: number) => T): T[] => Array.from({ length: masks }, (_, mask) => make(mask));
  const inputs = each((mask) => {
    const order = orderAgnostic ? stream.stream(`order${mask}`).permutation(values) : undefined;
    return Array.from({ length: values }, (_, value) => (order === undefined ? value : order[value]!) + 1);
  });
  const last = Math.max(1, values - 1);
  const hidden = hiddenUnits.map((units, layer) =>
    each((mask) => {
      const shuffled = stream.stream(`layer${layer}/mask${mask}`).permutation(units);
      return Array.from(shuffled, (at) => 1 + Math.floor((at * last) / units));
    }),
  );
  return { inputs, hidden };
}
