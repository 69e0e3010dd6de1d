import { type BatchOptions, ConfigError, type Random, random } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";

/** One pass over the data, its options checked and completed. */
export interface Pass {
  readonly batchSize: number;
  readonly epoch: number;
  readonly random: Random | undefined;
  readonly partial: "keep" | "drop";
  readonly skip: number;
}

const NAMES = ["batchSize", "epoch", "random", "partial", "skip"];

/**
 * Checks the options of a pass.
 *
 * @param size - Examples in the data, when known.
 * @throws ConfigError when an option cannot work, or when no batch can be filled.
 */
export function checkPass(owner: string, options: BatchOptions, size: number | undefined): Pass {
  const checker = check(owner);
  checker.known(options, NAMES);
  const { batchSize, epoch = 0, partial = "keep", skip = 0 } = options;
  checker.integer("batchSize", batchSize, { min: 1 });
  checker.integer("epoch", epoch, { min: 0 });
  checker.oneOf("partial", partial, ["keep", "drop"]);
  checker.integer("skip", skip, { min: 0 });
  if (partial === "drop" && size !== undefined && size < batchSize) throw tooFew(owner, batchSize, size);
  return { batchSize, epoch, random: options.random, partial, skip };
}

/** What to throw when the only batch is partial and partial batches are dropped. */
export function tooFew(owner: string, batchSize: number, size: number): ConfigError {
  return new ConfigError(
    `${owner}: expected \`batchSize\` to be at most ${size}, the number of examples, received ${batchSize}; a partial batch is dropped and nothing would be left. Use a smaller batchSize, or partial: "keep".`,
  );
}

/** Batches of a pass over `size` examples. */
export function batchCount(pass: Pass, size: number): number {
  return pass.partial === "keep" ? Math.ceil(size / pass.batchSize) : Math.floor(size / pass.batchSize);
}

/**
 * The stream that the `index`-th transformation of a batch draws from. It depends on the epoch and the batch alone, so
 * that a resumed pass draws the same; without the run's stream the draws are those of seed 0, the same in each pass.
 */
export function transformRandom(pass: Pass, index: number, batch: number): Random {
  const stream = (pass.random ?? random(0)).stream("transform").stream(`${index}`);
  return stream.stream(`epoch ${pass.random === undefined ? 0 : pass.epoch}`).at(batch);
}
