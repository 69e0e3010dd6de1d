import { ConfigError } from "../errors.js";
import type { RandomSource } from "./random-source.js";

const stack: RandomSource[] = [];

/**
 * Runs `body` with `source` as what stochastic layers draw from. Training does it for every step; elsewhere it is needed
 * only to run a network with `training: true`.
 *
 * @param body - Synchronous: a promise would outlive the source.
 * @throws ConfigError when the body returns a promise.
 */
export function withRandom<T>(source: RandomSource, body: () => T): T {
  stack.push(source);
  let result: T;
  try {
    result = body();
  } finally {
    stack.pop();
  }
  if (result instanceof Promise) {
    throw new ConfigError("withRandom: expected `body` to be synchronous, received one that returns a promise.");
  }
  return result;
}

/**
 * What stochastic layers draw from now.
 *
 * @param owner - The layer that asks, for the message.
 * @throws ConfigError outside {@link withRandom}.
 */
export function currentRandom(owner: string): RandomSource {
  const source = stack.at(-1);
  if (source === undefined) {
    throw new ConfigError(
      `${owner}: expected a random stream for a call with training: true, received none; wrap the call in withRandom(random(seed), () => …).`,
    );
  }
  return source;
}
