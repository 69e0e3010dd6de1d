import * as tf from "@tensorflow/tfjs";
import { ConfigError } from "../errors.js";
import { conditionTensors } from "../model/conditions.js";
import { integer, resolveOptions } from "../options/index.js";
import { Random, random as randomStream } from "../random/random.js";
import type { RandomSource } from "../random/random-source.js";
import type { SampleOptions, Samples } from "../types/capabilities.js";
import type { Compile, Executor } from "../types/executor.js";
import type { FieldSpecs, GivenLike } from "../types/fields.js";
import { PreparedCalls } from "./prepared-calls.js";

/** Capabilities that map the rows of a tensor. */
export type RowCapability =
  | "encode"
  | "decode"
  | "reconstruct"
  | "classify"
  | "logLikelihood"
  | "encodeCodes"
  | "decodeCodes";

const OF_ROWS: readonly RowCapability[] = [
  "encode",
  "decode",
  "reconstruct",
  "classify",
  "logLikelihood",
  "encodeCodes",
  "decodeCodes",
];

type OfRows = (x: tf.Tensor, given?: GivenLike) => tf.Tensor;

/** A model's capabilities, each of which gives a promise. */
export type CompiledModel<M> = {
  readonly [K in keyof M & RowCapability]: NonNullable<M[K]> extends (...args: infer A) => infer T
    ? (...args: A) => Promise<T>
    : never;
} & (M extends Samples
  ? {
      /** Draws as the model does: `[count, …]`. */
      sample(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
    }
  : unknown) & {
    /** Frees what the executor holds; the model stays. */
    dispose(): Promise<void>;
  };

/** Options of {@link compileModel}. */
export interface CompileModelOptions {
  /** Rows computed at once: more use more memory. Default 256. */
  readonly batchSize?: number;
}

const OPTIONS = { batchSize: integer({ min: 1, default: 256 }) };

/**
 * A model whose capabilities an executor computes: `encode`, `decode`, `reconstruct`, `classify`, `logLikelihood` in blocks of rows,
 * `sample` for each count and combination of conditions. What was made ready serves later calls, which see the weights of then.
 * Numbers are those of the model itself within rounding, noise included: the same stream gives the same samples, and is moved on alike.
 *
 * A model that draws its samples step by step does so as before, and so does a request with `known`, `mask` or `onProgress`; what an
 * executor cannot compile it computes eagerly and says so.
 *
 * @param model - Stays the caller's.
 * @param executor - `onnx()` of `@latentkit/compile`, or the `compile` of a run's event.
 * @throws ConfigError for an executor that is none, or a model without any such capability.
 * @example
 * ```ts
 * import { onnx } from "@latentkit/compile";
 * import { compileModel, random } from "@latentkit/core";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { vae } from "@latentkit/vae";
 * const sizes = { hiddenUnits: [32], latentDim: 2 };
 * const encoder = mlpGaussianEncoder({ inputShape: [8, 8, 1], ...sizes });
 * const fast = compileModel(vae({ encoder, decoder: mlpDecoder({ outputShape: [8, 8, 1], ...sizes }) }), onnx());
 * const pictures = await fast.sample({ count: 100, random: random(1) }); // [100, 8, 8, 1]
 * ```
 */
export function compileModel<M extends object>(
  model: M,
  executor: Executor | Compile,
  options: CompileModelOptions = {},
): CompiledModel<M> {
  const { batchSize } = resolveOptions("compileModel", OPTIONS, options);
  const compile = compileOf(executor);
  const able = (model ?? {}) as Readonly<Partial<Record<RowCapability, OfRows>>> & Partial<Samples>;
  const calls = new PreparedCalls(compile, batchSize);
  const made: Record<string, unknown> = { dispose: () => calls.dispose() };
  for (const name of OF_ROWS) {
    if (typeof able[name] !== "function") continue;
    made[name] = (x: tf.Tensor, given?: GivenLike) =>
      withConditions(`compileModel.${name}`, able.given, given, x.shape[0] ?? 1, (conditions) =>
        calls.rows(name, x, conditions, (rows, own) => able[name]!(rows, own)),
      );
  }
  if (typeof able.sample === "function") {
    const sampler = new Sampler(able as Samples, calls);
    made.sample = (asked: SampleOptions | number, random?: RandomSource) => sampler.sample(asked, random);
  }
  if (Object.keys(made).length === 1) {
    throw new ConfigError(
      `compileModel: expected \`model\` to have one of ${[...OF_ROWS, "sample"].join(", ")}, received a value without; take a model.`,
    );
  }
  return made as CompiledModel<M>;
}

/** Draws by one prepared function for each count and kind of request, once the first draw has shown that the model draws at once. */
class Sampler {
  readonly #model: Samples;
  readonly #calls: PreparedCalls;
  #atOnce: boolean | undefined;

  constructor(model: Samples, calls: PreparedCalls) {
    this.#model = model;
    this.#calls = calls;
  }

  async sample(asked: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor> {
    const options = typeof asked === "object" && asked !== null ? asked : { count: asked };
    const { count, given, signal, random: own = random ?? randomStream(0), ...rest } = options;
    signal?.throwIfAborted();
    const special = "known" in rest || "mask" in rest || "onProgress" in rest;
    if (this.#atOnce !== true || special || !(own instanceof Random) || !Number.isSafeInteger(count) || count < 1) {
      const drawn = this.#model.sample(asked, random);
      if (!special) this.#atOnce = drawn instanceof tf.Tensor;
      return drawn;
    }
    return withConditions("compileModel.sample", this.#model.given, given, count, (conditions) =>
      this.#calls.once(`sample ${JSON.stringify([count, rest])}`, conditions, own, (stream, tensors) => {
        const request = { ...rest, count, random: stream, ...(given && { given: tensors }) };
        return this.#model.sample(request) as tf.Tensor;
      }),
    );
  }
}

/** Calls `use` with conditions as tensors, a row for each example, and frees them. */
async function withConditions<T>(
  owner: string,
  declared: FieldSpecs | undefined,
  given: GivenLike | undefined,
  count: number,
  use: (conditions: Readonly<Record<string, tf.Tensor>> | undefined) => Promise<T>,
): Promise<T> {
  const conditions = given && conditionTensors(owner, declared, given, count);
  try {
    return await use(conditions);
  } finally {
    tf.dispose(conditions ?? []);
  }
}

function compileOf(executor: unknown): Compile {
  const compile = typeof executor === "object" && executor !== null ? (executor as Executor).compile : executor;
  if (typeof compile === "function") return compile as Compile;
  const mend = "pass onnx(), or the `compile` of a run's event";
  throw new ConfigError(`compileModel: expected \`executor\` to be an executor, received ${typeof executor}; ${mend}.`);
}
