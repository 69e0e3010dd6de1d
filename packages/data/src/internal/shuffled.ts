import type { Random } from "@latentkit/core";

/**
 * Passes items on in a random order, as far as a buffer allows: each item given out is drawn from the next `size` items.
 * The order depends on the stream alone.
 *
 * @param discard - Frees items that nobody takes any more.
 */
export async function* shuffled<T>(
  items: AsyncIterable<T>,
  size: number,
  random: Random,
  discard: (item: T) => void,
): AsyncGenerator<T> {
  const held: T[] = [];
  const draw = (): T => {
    const index = random.integer(held.length);
    const drawn = held[index]!;
    held[index] = held.at(-1)!;
    held.pop();
    return drawn;
  };
  try {
    for await (const item of items) {
      held.push(item);
      if (held.length === size) yield draw();
    }
    while (held.length > 0) yield draw();
  } finally {
    held.forEach(discard);
  }
}
