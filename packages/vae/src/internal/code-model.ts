import type { GivenLike, Loss, StepContext } from "@latentkit/core";
import {
  check,
  checkRandom,
  checkTensor,
  conditionInputs,
  type ExpectedShape,
  sizeOf,
} from "@latentkit/core/authoring";
import type { Codebook, Likelihood, Quantized } from "@latentkit/losses";
import { dataField } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import type { CodeModel } from "../types.js";

/** A map of vectors, or one vector, an example, and what quantises it. */
export interface CodeMap {
  /** Shape of an example's vectors, `[height, width, dim]` or `[dim]`. */
  readonly shape: readonly number[];
  readonly codebook: Codebook;
  /** First part of its logs' names; none for the only map. */
  readonly name?: string;
}

/** Passes one map on: takes what an encoder says of it and gives what the decoder sees of it. */
export type VisitMap = (index: number, vectors: tf.Tensor) => tf.Tensor;

/** What a model of codes is made of. */
export interface CodeModelParts {
  /** The model's kind. */
  readonly owner: string;
  readonly networks: CodeModel["networks"];
  /** Batch axis included. */
  readonly dataShape: ExpectedShape;
  readonly likelihood: Likelihood;
  /** From the coarsest on. */
  readonly maps: readonly CodeMap[];
  /** Encodes, visiting each map in its turn; later ones may depend on what the visit of earlier ones gave. */
  infer(x: tf.Tensor, visit: VisitMap, step?: StepContext): void;
  /** The likelihood's parameters from quantised maps. */
  generate(maps: readonly tf.Tensor[], step?: StepContext): tf.Tensor;
}

/** What all models with codebooks have in common: everything of such a model. */
export function codeModel(parts: CodeModelParts): Omit<CodeModel, "kind" | "describe" | "checkBatch" | "dispose"> {
  const { owner, networks, dataShape, likelihood, maps, infer, generate } = parts;
  const books = maps.map(({ codebook }) => codebook);
  const sizes = maps.map(({ shape }) => sizeOf(shape));
  const latentDim = sizes.reduce((a, b) => a + b, 0);
  /** Shapes of each map's code numbers. */
  const numbers = maps.map(({ shape, codebook }) => [...shape.slice(0, -1), codebook.quantizer.codesPerVector]);
  const codeShape = maps.length === 1 ? numbers[0]! : [numbers.reduce((sum, shape) => sum + sizeOf(shape), 0), 1];
  const codeCount = Math.max(...books.map(({ quantizer }) => quantizer.codeCount));

  const flat = (each: readonly tf.Tensor[]): tf.Tensor2D =>
    tf.concat(
      each.map((map) => tf.reshape(map, [map.shape[0]!, -1])),
      1,
    ) as tf.Tensor2D;
  const split = (row: tf.Tensor, lengths: readonly number[], shapes: readonly (readonly number[])[]): tf.Tensor[] =>
    (lengths.length === 1 ? [row] : tf.split(row, [...lengths], 1)).map((part, i) =>
      tf.reshape(part, [row.shape[0]!, ...shapes[i]!]),
    );
  const shaped = (z: tf.Tensor): tf.Tensor[] =>
    split(
      z,
      sizes,
      maps.map(({ shape }) => shape),
    );
  const quantized = (x: tf.Tensor, step?: StepContext): Quantized[] => {
    const all: Quantized[] = [];
    infer(
      x,
      (i, vectors) => {
        all[i] = books[i]!.quantize(vectors, step);
        return all[i].vectors;
      },
      step,
    );
    return all;
  };
  const vectorsOf = (each: readonly Quantized[]): tf.Tensor[] => each.map(({ vectors }) => vectors);

  const loss = ({ x }: { readonly x: tf.Tensor }, step: StepContext): Loss => {
    const each = quantized(x, step);
    const reconstruction = tf.mean<tf.Scalar>(likelihood.negativeLogLikelihood(x, generate(vectorsOf(each), step)));
    const own = each.flatMap(({ loss }) => (loss ? [tf.mean<tf.Scalar>(loss)] : []));
    const logs = each.flatMap(({ parts }, i) =>
      Object.entries(parts).map(([name, part]) => [prefixed(maps[i]!, name), part]),
    );
    return {
      total: own.length === 0 ? tf.clone(reconstruction) : tf.addN<tf.Scalar>([reconstruction, ...own]),
      parts: { reconstruction, ...(Object.fromEntries(logs) as Record<string, tf.Scalar>) },
    };
  };

  const entered = (x: tf.Tensor, asked: GivenLike | undefined): tf.Tensor => {
    checkTensor(owner, "x", x, dataShape);
    conditionInputs(owner, undefined, asked, x.shape[0]!);
    return x;
  };
  const decoded = (z: tf.Tensor, asked: GivenLike | undefined): tf.Tensor => {
    checkTensor(owner, "z", z, [null, latentDim]);
    conditionInputs(owner, undefined, asked, z.shape[0]!);
    return generate(shaped(z));
  };
  const embedded = (codes: tf.Tensor): tf.Tensor2D => {
    checkTensor(owner, "codes", codes, [null, ...codeShape]);
    // A prior over several books may draw a number that one of them lacks.
    const each = split(codes, numbers.map(sizeOf), numbers).map((part, i) =>
      books[i]!.embed(tf.clipByValue(tf.cast(part, "float32"), 0, books[i]!.quantizer.codeCount - 1)),
    );
    return flat(each);
  };
  /** −log p(x|z) and −log p(z) with codes that are all as likely. */
  const bounded = (x: tf.Tensor): { reconstruction: tf.Tensor1D; kl: tf.Tensor1D } => {
    const nats = maps.reduce((sum, _, i) => sum + sizeOf(numbers[i]!) * Math.log(books[i]!.quantizer.codeCount), 0);
    return {
      reconstruction: likelihood.negativeLogLikelihood(x, generate(vectorsOf(quantized(x)))),
      kl: tf.fill([x.shape[0]!], nats) as tf.Tensor1D,
    };
  };
  const firsts = books.filter(({ first }) => first);
  const afters = books.filter(({ after }) => after);

  return {
    networks,
    state: Object.assign({}, ...books.map(({ state }) => state)) as CodeModel["state"],
    fields: { x: dataField(dataShape, likelihood) },
    likelihood,
    codebooks: books,
    ...{ latentDim, codeShape, codeCount },
    objectives: [
      {
        name: owner,
        updates: Object.values(networks),
        loss,
        ...(firsts.length > 0 && {
          first({ x }: { readonly x: tf.Tensor }, step: StepContext) {
            infer(
              x,
              (i, vectors) => {
                books[i]!.first?.(vectors, step);
                return books[i]!.quantize(vectors).vectors;
              },
              step,
            );
          },
        }),
        ...(afters.length > 0 && {
          after() {
            for (const book of afters) book.after!();
          },
        }),
      },
    ],
    encode: (x, asked) => tf.tidy(() => flat(vectorsOf(quantized(entered(x, asked))))),
    encodeCodes: (x, asked) =>
      tf.tidy(() => {
        const codes = quantized(entered(x, asked)).map((one) => one.codes);
        return tf.reshape(flat(codes), [x.shape[0]!, ...codeShape]);
      }),
    decode: (z, asked) => tf.tidy(() => likelihood.mean(decoded(z, asked))),
    embedCodes: (codes) => tf.tidy(() => embedded(codes)),
    decodeCodes: (codes, asked) => tf.tidy(() => likelihood.mean(decoded(embedded(codes), asked))),
    reconstruct: (x, asked) => tf.tidy(() => likelihood.mean(generate(vectorsOf(quantized(entered(x, asked)))))),
    sampleFromCodes(z, random, asked) {
      checkRandom(`${owner}.sampleFromCodes`, random);
      return tf.tidy(() => likelihood.sample(decoded(z, asked), random));
    },
    elbo(x, random, asked) {
      checkRandom(`${owner}.elbo`, random);
      return tf.tidy(() => {
        const { reconstruction, kl } = bounded(entered(x, asked));
        return { elbo: tf.neg(tf.add(reconstruction, kl)) as tf.Tensor1D, reconstruction, kl };
      });
    },
    logImportanceWeights(x, count, random, asked) {
      check(`${owner}.logImportanceWeights`).integer("count", count, { min: 1 });
      checkRandom(`${owner}.logImportanceWeights`, random);
      // q(z|x) is one code for certain: all draws are the same.
      return tf.tidy(() => {
        const { reconstruction, kl } = bounded(entered(x, asked));
        return tf.tile(tf.expandDims(tf.neg(tf.add(reconstruction, kl)), 1), [1, count]) as tf.Tensor2D;
      });
    },
  };
}

function prefixed({ name }: CodeMap, part: string): string {
  return name === undefined ? part : name + part[0]!.toUpperCase() + part.slice(1);
}
