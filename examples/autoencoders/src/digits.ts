import { mnist } from "@latentkit/data";
import { type Flags, first } from "@latentkit/example-experiment";

/** Shape of a digit. */
export const inputShape: readonly number[] = [28, 28, 1];

/** Images and their labels. */
export type Digits = Awaited<ReturnType<typeof mnist>>;

/** MNIST's two splits, or their first `limit` examples. */
export async function digits({ limit }: Flags): Promise<{ train: Digits; test: Digits }> {
  const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
  return { train: first(train, limit), test: first(test, limit) };
}
