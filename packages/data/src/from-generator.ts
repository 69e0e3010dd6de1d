import type { Batch, DataBatch } from "@latentkit/core";
import { check, choice, flag, integer, optional, resolveOptions, value } from "@latentkit/core/authoring";
import { StreamedDataset } from "./internal/streamed-dataset.js";
import type {
  FromGeneratorOptions,
  StreamBatch,
  StreamDataset,
  StreamItem,
  StreamSource,
  TfDataset,
} from "./stream-types.js";

const OPTIONS = {
  yields: choice(["examples", "batches"], { default: "examples" }),
  size: optional(integer({ min: 1 })),
  shapes: value<Readonly<Record<string, readonly number[]>>>({
    expected: "shapes by field, such as { x: [28, 28, 1] }",
    accepts: (given) => typeof given === "object" && given !== null && !Array.isArray(given),
    factories: [],
    default: {},
  }),
  shuffleBuffer: integer({ min: 1, default: 1 }),
  finite: flag({ default: true }),
};

/**
 * A dataset of a generator, synchronous or asynchronous, or of a `tf.data.Dataset`: for data that does not fit in memory or
 * has no end.
 *
 * A resumed pass reads the stream from its start and leaves out what was used, so the stream has to be the same each time
 * for the same `epoch` and `random`. Tensors that it gives are disposed of here.
 *
 * **Shapes** examples `[…]` become `[batch, …]`; `label` and integer arrays int32, the rest float32.
 *
 * @throws ConfigError when an option cannot work; DataError, while batches are read, when the stream is empty or shorter
 *   than `size`, when examples differ in fields or shape, or hold NaN.
 * @example
 * ```ts
 * import { fromGenerator } from "@latentkit/data";
 * const data = fromGenerator(function* () {
 *   for (let i = 0; i < 100; i++) yield { x: [i / 100, 1 - i / 100], label: i % 2 };
 * });
 * for await (const { x, label } of data.batches({ batchSize: 20 })) {
 *   x.dispose(); // float32 [20, 2]
 *   label.dispose(); // int32 [20]
 * }
 * ```
 */
export function fromGenerator<T extends StreamItem>(
  source: StreamSource<T>,
  options?: FromGeneratorOptions,
): StreamDataset<StreamBatch<T> & Batch>;
export function fromGenerator<B extends Batch = DataBatch>(
  source: TfDataset,
  options?: FromGeneratorOptions,
): StreamDataset<B>;
export function fromGenerator(
  source: StreamSource<StreamItem> | TfDataset,
  options: FromGeneratorOptions = {},
): StreamDataset {
  const { yields, size, shapes, shuffleBuffer, finite } = resolveOptions("fromGenerator", OPTIONS, options);
  const checker = check("fromGenerator");
  const opens = typeof source === "function" || typeof source?.iterator === "function";
  checker.that("source", source, opens, "a function that opens the stream for each pass, or a tf.data.Dataset");
  for (const [name, shape] of Object.entries(shapes)) checker.sizes(`shapes.${name}`, shape, 0);
  checker.that(
    "shuffleBuffer",
    shuffleBuffer,
    shuffleBuffer === 1 || yields === "examples",
    "1 for a stream of batches",
  );
  return new StreamedDataset(source, { yields, size, shapes, shuffleBuffer, finite });
}
