import { type StepContext, seededInitializer } from "@latentkit/core";
import { apply, checkTensor, sizeOf, stopGradient } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { level } from "./level.js";
import type { LevelOptions } from "./options.js";
import type { Codebook, Quantized, Quantizer } from "./quantizer.js";
import { healthOf, meanOf } from "./statistics.js";
import { straightThrough } from "./straight-through.js";

/** Names of a codebook's variables: `codebook`, `topCodebook`, `codebook2` for the second level. */
export function namer(prefix: string): (part: string) => string {
  return (part) => (prefix === "" ? part : prefix + part[0]!.toUpperCase() + part.slice(1));
}

/** What is the same for one table and for tables of residuals. */
export interface TableOptions extends LevelOptions {
  readonly commitment: number;
  readonly projectedDim: number | undefined;
}

/** Refuses vectors of another size; gives them as rows. */
export function rowsOf(quantizer: Quantizer, vectors: tf.Tensor): tf.Tensor2D {
  checkTensor(quantizer.name, "vectors", vectors);
  checkTensor(quantizer.name, "vectors", vectors, [...vectors.shape.slice(0, -1), quantizer.dim]);
  return tf.reshape(vectors, [-1, quantizer.dim]);
}

/** Refuses code numbers of another shape. */
export function checkCodes(quantizer: Quantizer, codes: tf.Tensor): void {
  checkTensor(quantizer.name, "codes", codes);
  checkTensor(quantizer.name, "codes", codes, [...codes.shape.slice(0, -1), quantizer.codesPerVector]);
}

/**
 * A codebook of tables, each for what those before it have left: z ≈ e¹ + e² + …, one table for plain vector quantisation. With
 * `projectedDim` all of it happens between two learnt linear layers.
 */
export function tablesCodebook(quantizer: Quantizer, options: TableOptions, prefix: string): Codebook {
  const { codesPerVector: levels, dim } = quantizer;
  const { commitment, update, projectedDim: inner = dim, seed } = options;
  const name = namer(prefix);
  const tables = Array.from({ length: levels }, (_, i) =>
    level(options, inner, (part) => name(levels === 1 ? part : `${part}${i + 1}`)),
  );
  const projections =
    inner === dim
      ? undefined
      : {
          projection: linear(name("projection"), dim, inner, seed),
          expansion: linear(name("expansion"), inner, dim, seed),
        };
  const narrow = (rows: tf.Tensor2D, step?: StepContext): tf.Tensor2D =>
    projections ? apply(projections.projection, rows, step) : rows;
  const wide = (rows: tf.Tensor, step?: StepContext): tf.Tensor =>
    projections ? apply(projections.expansion, rows, step) : rows;

  /** Passes rows from table to table; each sees what is left. */
  const descend = (
    rows: tf.Tensor2D,
    visit: (table: (typeof tables)[number], left: tf.Tensor2D) => tf.Tensor2D,
  ): void => {
    let left = rows;
    for (const table of tables) left = tf.sub(left, stopGradient(visit(table, left)));
  };

  return {
    quantizer,
    state: Object.assign({}, ...tables.map(({ state }) => state)) as Codebook["state"],
    networks: {
      ...(Object.assign({}, ...tables.map(({ networks }) => networks)) as Codebook["networks"]),
      ...(projections && { [name("projection")]: projections.projection, [name("expansion")]: projections.expansion }),
    },
    health: () => healthOf(tables.map(({ usage }) => usage)),
    quantize(vectors, step): Quantized {
      const rows = narrow(rowsOf(quantizer, vectors), step);
      const z = tables[0]!.prepare(rows);
      const batch = vectors.shape[0]!;
      const perExample = (square: tf.Tensor): tf.Tensor1D =>
        tf.sum(tf.reshape(square, [batch, square.size / batch]), 1);
      const choices: ReturnType<(typeof tables)[number]["choose"]>[] = [];
      const [committed, moved]: [tf.Tensor1D[], tf.Tensor1D[]] = [[], []];
      let sum: tf.Tensor | undefined;
      descend(z, (table, left) => {
        const choice = table.choose(left, step);
        choices.push(choice);
        committed.push(perExample(tf.squaredDifference(left, stopGradient(choice.vectors))));
        if (update === "gradient") moved.push(perExample(tf.squaredDifference(stopGradient(left), choice.vectors)));
        sum = sum === undefined ? choice.vectors : tf.add(sum, choice.vectors);
        return choice.vectors;
      });
      const through = straightThrough(z, sum!);
      const commit = tf.addN(committed);
      const codebook = moved.length === 0 ? undefined : tf.addN(moved);
      const weighted = tf.mul(commit, commitment) as tf.Tensor1D;
      return {
        vectors: tf.reshape(wide(through, step), vectors.shape),
        codes: tf.reshape(
          tf.stack(
            choices.map(({ codes }) => codes),
            1,
          ),
          [...vectors.shape.slice(0, -1), levels],
        ),
        loss: codebook === undefined ? weighted : (tf.add(weighted, codebook) as tf.Tensor1D),
        parts: {
          commitment: tf.mean<tf.Scalar>(commit),
          ...(codebook && { codebook: tf.mean<tf.Scalar>(codebook) }),
          perplexity: meanOf(choices.map(({ perplexity }) => perplexity)),
          used: meanOf(choices.map(({ used }) => used)),
        },
      };
    },
    embed(codes) {
      checkCodes(quantizer, codes);
      const each = tf.unstack(tf.reshape(codes, [sizeOf(codes.shape) / levels, levels]), 1);
      const rows = tf.addN(each.map((one, i) => tables[i]!.embed(one)));
      return tf.reshape(wide(rows), [...codes.shape.slice(0, -1), dim]);
    },
    ...(options.initialization === "kMeans" && {
      first(vectors: tf.Tensor, step: StepContext) {
        descend(tables[0]!.prepare(narrow(rowsOf(quantizer, vectors), step)), (table, left) => {
          table.first!(left, step);
          return table.choose(left).vectors;
        });
      },
    }),
    ...(tables.some(({ after }) => after) && {
      after() {
        for (const table of tables) table.after?.();
      },
    }),
  };
}

function linear(name: string, from: number, to: number, seed: number): tf.LayersModel {
  const kernelInitializer = seededInitializer({ seed, stream: `${name}/kernel` });
  const layer = tf.layers.dense({ units: to, inputShape: [from], kernelInitializer, name: `${name}/linear` });
  return tf.sequential({ layers: [layer], name });
}
