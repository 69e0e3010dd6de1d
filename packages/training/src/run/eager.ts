import type { Executor, PreparedStep } from "@latentkit/core";
import { compileEagerly, stepContext } from "@latentkit/core/authoring";

/** Runs each step operation by operation on the backend that is set: what {@link train} does unless told otherwise. */
export function eager(): Executor {
  return {
    name: "eager",
    compile: compileEagerly,
    prepare: (programs, random) =>
      programs.map((program): PreparedStep => {
        const stream = random.stream(program.name);
        return { run: (batch, update) => program.run(batch, stepContext(stream.at(update), update, true)) };
      }),
  };
}
