import { type Batch, ConfigError, DataError, type Dataset, type Encodes, random, ShapeError } from "@latentkit/core";
import { checkShape, integer, type Option, showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { checkModel } from "../check-model.js";
import { eachBatch } from "../each-batch.js";
import { type ReadingOptions, type ReadingSpecification, reading, seedOption } from "../options.js";

/** Data whose factors of variation are known: batches with `factors`, class numbers `[batch, factors]`, as `shapes` of data gives them. */
export type FactorExamples = Dataset<Batch & { readonly x: tf.Tensor; readonly factors: tf.Tensor }>;

/** What every score that compares codes with factors can be told. */
export interface FactorScoreOptions extends ReadingOptions {
  /** Examples to take, drawn at random by `seed`. */
  readonly limit?: number;
  /** Where the order of the data and further draws come from. Default 0. */
  readonly seed?: number;
}

/** The options of {@link FactorScoreOptions}. */
export type FactorSpecification = Omit<ReadingSpecification, "limit"> & {
  readonly limit: Option<number, "defaulted">;
  readonly seed: Option<number, "defaulted">;
};

/** How a score reads data: `limit` examples of it at most, so that memory has a bound. */
export function readingFactors(limit: number, fewest = 2): FactorSpecification {
  return { ...reading(128), limit: integer({ min: fewest, default: limit }), seed: seedOption };
}

/** One factor of the examples that were read. */
export interface FactorColumn {
  /** Column of `factors`. */
  readonly index: number;
  /** Values that occur. */
  readonly classes: number;
  /** Number of each example's value among those that occur. */
  readonly labels: Int32Array;
}

/** Codes of examples, row after row, and the factors that vary among them. */
export interface FactorCodes {
  readonly count: number;
  readonly size: number;
  readonly codes: Float32Array;
  readonly factors: readonly FactorColumn[];
}

/** How the codes are read. */
export interface FactorPlan {
  readonly batchSize: number;
  readonly limit: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Encodes examples in a random order and keeps their factors; those with one value are left out, since no code can tell of them.
 *
 * @param needed - Factors that have to vary.
 * @throws ShapeError when batches have no `factors` `[batch, factors]`; DataError for values that are no class numbers, codes that are
 *   not finite, fewer than two examples, or too few factors that vary.
 */
export async function factorCodes(
  owner: string,
  model: Encodes,
  data: FactorExamples,
  { seed, ...plan }: FactorPlan,
  needed = 1,
): Promise<FactorCodes> {
  checkModel(owner, model, "encode", "latentDim");
  if (typeof (data as Partial<FactorExamples> | null | undefined)?.batches !== "function") {
    const mend = (data as unknown) instanceof Promise ? "await it" : "shapes() of @latentkit/data is one";
    throw new ConfigError(`${owner}: expected \`data\` to be a dataset with \`factors\`; ${mend}.`);
  }
  const size = model.latentDim;
  const [codes, rows]: [Float32Array[], Int32Array[]] = [[], []];
  let width: number | undefined;
  const order = random(seed).stream("disentanglement");
  const count = await eachBatch(owner, data, { ...plan, random: order, model }, async (visited) => {
    const factors = factorsOf(owner, visited.batch, visited.size, width);
    width = factors.shape[1];
    const code = model.encode(visited.x, visited.given);
    try {
      checkShape(owner, "model.encode(x)", code.shape, [visited.size, size]);
      const [values, classes] = await Promise.all([code.data(), factors.data()]);
      checkClasses(owner, classes, width!, visited.first);
      const wrong = values.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) {
        const example = visited.first + Math.floor(wrong / size);
        throw new DataError(
          `${owner}: expected finite codes, received ${values[wrong]} for example ${example}; check the model.`,
        );
      }
      codes.push(Float32Array.from(values));
      rows.push(Int32Array.from(classes));
    } finally {
      code.dispose();
    }
  });
  if (count < 2) throw new DataError(`${owner}: expected at least two examples, received one.`);
  const columns = Array.from({ length: width! }, (_, index) => column(rows, width!, index, count));
  const varying = columns.filter(({ classes }) => classes > 1);
  if (varying.length < needed) {
    throw new DataError(
      `${owner}: expected at least ${needed} of the ${width} factors to vary, received ${varying.length} that ${varying.length === 1 ? "does" : "do"}; take data with other values, or more examples.`,
    );
  }
  return { count, size, codes: joined(codes, count * size), factors: varying };
}

/** Some of the examples, from `start` up to and without `end`; factors keep their classes. */
export function sliceCodes({ size, codes, factors }: FactorCodes, start: number, end: number): FactorCodes {
  return {
    count: end - start,
    size,
    codes: codes.subarray(start * size, end * size),
    factors: factors.map(({ labels, ...factor }) => ({ ...factor, labels: labels.subarray(start, end) })),
  };
}

/** Two thirds to learn from and a third to test on: 10,000 and 5,000 of 15,000. */
export function splitCodes(all: FactorCodes): readonly [train: FactorCodes, test: FactorCodes] {
  const cut = Math.min(all.count - 1, Math.ceil((2 * all.count) / 3));
  return [sliceCodes(all, 0, cut), sliceCodes(all, cut, all.count)];
}

/** One unit's codes. */
export function unitCodes({ count, size, codes }: FactorCodes, unit: number): Float64Array {
  return Float64Array.from({ length: count }, (_, example) => codes[example * size + unit]!);
}

function factorsOf(owner: string, batch: Batch, size: number, width: number | undefined): tf.Tensor {
  const { factors } = batch;
  const fits = factors?.rank === 2 && factors.shape[0] === size && factors.shape[1]! > 0;
  if (fits && (width === undefined || factors.shape[1] === width)) return factors;
  const received = factors === undefined ? "none" : showShape(factors.shape);
  throw new ShapeError(
    `${owner}: expected batches with \`factors\` of shape ${showShape([size, width ?? null])}, received ${received}; shapes() of @latentkit/data has them.`,
  );
}

function checkClasses(owner: string, classes: ArrayLike<number>, width: number, first: number): void {
  for (let i = 0; i < classes.length; i++) {
    if (Number.isSafeInteger(classes[i]) && classes[i]! >= 0) continue;
    throw new DataError(
      `${owner}: expected \`factors\` to hold class numbers ≥ 0, received ${classes[i]} in example ${first + Math.floor(i / width)}.`,
    );
  }
}

function column(rows: readonly Int32Array[], width: number, index: number, count: number): FactorColumn {
  const values = new Int32Array(count);
  let at = 0;
  for (const part of rows) for (let i = index; i < part.length; i += width) values[at++] = part[i]!;
  const present = [...new Set(values)].sort((a, b) => a - b);
  const numbers = new Map(present.map((value, number) => [value, number]));
  return { index, classes: present.length, labels: values.map((value) => numbers.get(value)!) };
}

function joined(parts: readonly Float32Array[], size: number): Float32Array {
  const out = new Float32Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
