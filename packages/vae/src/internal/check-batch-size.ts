import { type Batch, DataError } from "@latentkit/core";

/**
 * Refuses a batch that has fewer examples than a statistic over it needs.
 *
 * @param what - What is estimated from the batch, for the message.
 * @throws DataError for a batch that is too small.
 */
export function checkBatchSize(owner: string, batch: Batch, least: number, what: string): void {
  const size = batch.x?.shape[0] ?? 0;
  if (size >= least) return;
  throw new DataError(
    `${owner}: expected batches of ${least} or more examples, from which ${what} is estimated, received ${size}; give a larger \`batchSize\`.`,
  );
}
