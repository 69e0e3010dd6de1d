import { onnx } from "@latentkit/compile";
import type { Batch, Dataset, HistoryRow, Model } from "@latentkit/core";
import { adam, train } from "@latentkit/training";

/** Histories of an eager and of a compiled run of a model, and what the compiled one warned of. */
export async function trainBothWays<B extends Batch>(
  make: () => Model<B>,
  data: Dataset<B>,
  options: { readonly steps: number; readonly batchSize: number },
): Promise<{ eager: readonly HistoryRow[]; compiled: readonly HistoryRow[]; warnings: readonly string[] }> {
  const warnings: string[] = [];
  const run = async (compiled: boolean) => {
    const model = make();
    const { history } = await train(model, data, {
      ...options,
      logEvery: 1,
      optimizers: adam({ learningRate: 1e-3 }),
      ...(compiled ? { executor: onnx({ threads: 1, warn: (line) => warnings.push(line) }) } : {}),
    });
    model.dispose();
    return history;
  };
  const [eager, compiled] = [await run(false), await run(true)];
  return { eager, compiled, warnings };
}
