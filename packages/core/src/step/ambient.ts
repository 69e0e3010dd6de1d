import { ConfigError } from "../errors.js";
import type { RandomSource } from "../random/random-source.js";
import type { StepContext } from "../types/model.js";
import { stepContext } from "./step-context.js";

const stack: StepContext[] = [];

/**
 * Runs `body` with `step` as what layers read: their noise, whether weights are moved, and schedules, such as the fade-in of a
 * network that grows. Training and executors do it for every step.
 *
 * @param body - Synchronous: a promise would outlive the step.
 * @throws ConfigError when the body returns a promise.
 */
export function withStep<T>(step: StepContext, body: () => T): T {
  stack.push(step);
  let result: T;
  try {
    result = body();
  } finally {
    stack.pop();
  }
  if (result instanceof Promise) {
    throw new ConfigError("withStep: expected `body` to be synchronous, received one that returns a promise.");
  }
  return result;
}

/**
 * {@link withStep} for a call outside training with `training: true`: stochastic layers draw from `source`, schedules are at their
 * start.
 *
 * @throws ConfigError when the body returns a promise.
 */
export function withRandom<T>(source: RandomSource, body: () => T): T {
  return withStep(stepContext(source, 0, true), body);
}

/**
 * The step that runs now.
 *
 * @param owner - The layer that asks, for the message.
 * @throws ConfigError outside {@link withStep} and {@link withRandom}.
 */
export function currentStep(owner: string): StepContext {
  const step = stack.at(-1);
  if (step === undefined) {
    throw new ConfigError(
      `${owner}: expected a random stream for a call with training: true, received none; wrap the call in withRandom(random(seed), () => …).`,
    );
  }
  return step;
}

/**
 * What stochastic layers draw from now.
 *
 * @throws ConfigError as {@link currentStep} does.
 */
export function currentRandom(owner: string): RandomSource {
  return currentStep(owner).random;
}
