/** An undirected graph: the neighbours of node i and the lengths of the edges to them. */
export interface NeighbourGraph {
  readonly neighbours: readonly (readonly number[])[];
  readonly lengths: readonly (readonly number[])[];
}

/**
 * Joins each row with its `count` nearest others: an edge where either of two points is among the other's nearest.
 *
 * @param pause - Called between two rows.
 */
export async function neighbourGraph(
  rows: Float32Array,
  size: number,
  count: number,
  pause: () => Promise<void>,
): Promise<NeighbourGraph> {
  const n = rows.length / size;
  const edges = Array.from({ length: n }, () => new Map<number, number>());
  const nearest = new Int32Array(count);
  const distances = new Float64Array(count);
  for (let i = 0; i < n; i++) {
    distances.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const distance = squaredDistance(rows, i * size, j * size, size, distances[count - 1]!);
      if (distance >= distances[count - 1]!) continue;
      let place = count - 1;
      for (; place > 0 && distances[place - 1]! > distance; place--) {
        distances[place] = distances[place - 1]!;
        nearest[place] = nearest[place - 1]!;
      }
      distances[place] = distance;
      nearest[place] = j;
    }
    for (const [place, j] of nearest.entries()) {
      const length = Math.sqrt(distances[place]!);
      edges[i]!.set(j, length);
      edges[j]!.set(i, length);
    }
    await pause();
  }
  return { neighbours: edges.map((of) => [...of.keys()]), lengths: edges.map((of) => [...of.values()]) };
}

/** Stops adding once the sum is `enough`. */
function squaredDistance(rows: Float32Array, a: number, b: number, size: number, enough: number): number {
  let sum = 0;
  for (let k = 0; k < size && sum < enough; k++) sum += (rows[a + k]! - rows[b + k]!) ** 2;
  return sum;
}

/**
 * Length of the shortest path from one node to each; infinite for nodes that none reaches.
 *
 * Source: Dijkstra, "A Note on Two Problems in Connexion with Graphs", 1959, with a binary heap.
 */
export function shortestPaths({ neighbours, lengths }: NeighbourGraph, from: number): Float64Array {
  const distance = new Float64Array(neighbours.length).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  const heap: (readonly [key: number, node: number])[] = [[0, from]];
  while (heap.length > 0) {
    const [key, node] = pop(heap);
    if (key > distance[node]!) continue; // a longer way to a node that was reached since
    for (const [edge, next] of neighbours[node]!.entries()) {
      const through = key + lengths[node]![edge]!;
      if (through >= distance[next]!) continue;
      distance[next] = through;
      push(heap, [through, next]);
    }
  }
  return distance;
}

type Heap = (readonly [key: number, node: number])[];

function push(heap: Heap, item: Heap[number]): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]![0] <= item[0]) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Heap): Heap[number] {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]![0] < heap[child]![0]) child++;
    if (heap[child]![0] >= last[0]) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}
