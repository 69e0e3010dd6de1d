import { ConfigError } from "@latentkit/core";
import { listOf, type Option, value } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { inverseAutoregressiveFlow, maskedAutoregressiveFlow } from "./autoregressive-flows.js";
import type { Flow, FlowPass } from "./flow.js";
import { planarFlow, run } from "./planar-flow.js";
import { radialFlow } from "./radial-flow.js";

/** An option that is a list of flows, passed from the first to the last on the way from noise to codes. */
export const FLOWS: Option<readonly Flow[], "required"> = listOf(
  value<Flow>({
    expected: "a flow such as planarFlow({ latentDim: 8 })",
    accepts: (given) => ["forward", "inverse"].every((name) => typeof (given as never)?.[name] === "function"),
    factories: [inverseAutoregressiveFlow, maskedAutoregressiveFlow, planarFlow, radialFlow],
  }),
  { minLength: 1 },
);

/** Several flows as one. */
export interface Chain {
  readonly latentDim: number;
  readonly contextDim?: number;
  forward(z: tf.Tensor2D, context?: tf.Tensor2D): FlowPass;
  inverse(z: tf.Tensor2D, context?: tf.Tensor2D): FlowPass;
}

/**
 * Flows one after the other; those without a context pass over it.
 *
 * @throws ConfigError for flows of different sizes.
 */
export function chain(owner: string, flows: readonly Flow[]): Chain {
  const [{ latentDim }] = flows as readonly [Flow];
  const told = flows.map(({ contextDim }) => contextDim).filter((size) => size !== undefined);
  if (flows.some((flow) => flow.latentDim !== latentDim) || told.some((size) => size !== told[0])) {
    const sizes = flows.map(
      (flow) => `${flow.name} of ${flow.latentDim}${told.length > 0 ? ` told ${flow.contextDim ?? 0}` : ""}`,
    );
    throw new ConfigError(`${owner}: expected \`flows\` of one size, received ${sizes.join(", ")}.`);
  }
  const backwards = [...flows].reverse();
  const own = (flow: Flow, context: tf.Tensor2D | undefined) => (flow.contextDim === undefined ? undefined : context);
  return {
    latentDim,
    ...(told[0] !== undefined && { contextDim: told[0] }),
    forward: (z, context) => run(z, flows, (sofar, flow) => flow.forward(sofar, own(flow, context))),
    inverse: (z, context) => run(z, backwards, (sofar, flow) => flow.inverse(sofar, own(flow, context))),
  };
}
