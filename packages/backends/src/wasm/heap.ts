/** What WebAssembly can address, in bytes: the shipped module may grow to all of it. */
export const LIMIT: number = 2 ** 32;

/** More than what the module's own bookkeeping takes between two tensors. */
const MARGIN = 1 << 25;

/** Blocks that are in use, by where they start, and the highest end of any so far. */
interface Heap {
  readonly blocks: Map<number, number>;
  top: number;
}

const heaps = new WeakMap<object, Heap>();

function heapOf(module: object): Heap {
  const known = heaps.get(module);
  if (known !== undefined) return known;
  const heap: Heap = { blocks: new Map(), top: 0 };
  heaps.set(module, heap);
  return heap;
}

/** Notes down a block that was allocated. */
export function note(module: object, start: number, bytes: number): void {
  const heap = heapOf(module);
  heap.blocks.set(start, bytes);
  heap.top = Math.max(heap.top, start + bytes);
}

/** Notes down that a block was freed. */
export function release(module: object, start: number): void {
  heapOf(module).blocks.delete(start);
}

/**
 * Whether the allocator may be asked for a block. It must not be where the block could reach the end of the address space: its
 * addresses begin at 0 again there, and it gives out memory that does not exist. So there has to be room above everything that was
 * ever given out, or between blocks that are in use.
 */
export function hasRoom(module: object, bytes: number): boolean {
  const { blocks, top } = heapOf(module);
  if (!(bytes < LIMIT)) return false;
  if (top + bytes + MARGIN <= LIMIT) return true;
  let [end, widest] = [0, 0];
  for (const [start, length] of [...blocks].sort(([a], [b]) => a - b)) {
    widest = Math.max(widest, start - end);
    end = start + length;
  }
  return Math.max(widest, top - end) >= bytes + MARGIN;
}
