import { readSafetensors, writeSafetensors } from "../../src/index.js";

type Node = unknown[] | Record<string, unknown>;
/** Where a value is: the list or object that holds it, and its key. */
type Place = readonly [holder: Node, key: string];

/** What is put in place of a value: what has gone wrong before, and names that mean something. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    2,
    0.5,
    7,
    1000,
    65_536,
    2 ** 31,
    1e9,
    2 ** 53,
    1e300,
    -1e9,
    "",
    "0",
    "x",
    "\u001b[2J",
  ],
  ...[
    "constructor",
    "__proto__",
    "toString",
    "relu",
    "same",
    "Model",
    "Sequential",
    "Functional",
    "InputLayer",
    "Dense",
  ],
  ...["LSTM", "GRU", "Bidirectional", "TimeDistributed", "StackedRNNCells", "Embedding", "Zeros", "Orthogonal", "RNN"],
  ...["Conv2D", "BatchNormalization", "Concatenate", "Reshape", "Masking", "L1L2", "MaxNorm", "Identity", "Constant"],
  ...[[], {}, [[]], [null], [null, 1e9], [1, 2, 3], [[[]]], { className: "Dense", config: {} }],
];
const KEYS =
  "name className config layers inboundNodes units batchInputShape stateful trainable kernelInitializer layer cell cells weights dtype";

/** Numbers in [0, 1) that depend on the seed alone: mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A damaged or hostile copy of a file of networks: what it says is changed in one to four places, or its bytes are. */
export function mutated(bytes: Uint8Array, seed: number): Uint8Array {
  const next = generator(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const kind = next();
  if (kind < 0.15) return damagedBytes(bytes, below);
  const { tensors, metadata } = readSafetensors(bytes);
  const description = JSON.parse(metadata.latentkit!) as Node;
  if (kind < 0.2) return damagedHeader(bytes, (header) => mutate(header, below, pick));
  for (let i = 0; i <= below(4); i++) mutate(description, below, pick);
  return writeSafetensors(tensors, { latentkit: JSON.stringify(description) });
}

function mutate(root: Node, below: (n: number) => number, pick: <T>(list: readonly T[]) => T): void {
  const places = allPlaces(root);
  if (places.length === 0) return;
  const [holder, key] = pick(places);
  const value = (holder as Record<string, unknown>)[key];
  const put = (replacement: unknown): void => void Reflect.set(holder, key, replacement);
  const copy = (one: unknown): unknown => structuredClone(one);
  const other = (): unknown => {
    const [from, name] = pick(places);
    return copy((from as Record<string, unknown>)[name]);
  };
  const changes: (() => void)[] = [
    () => put(copy(pick(VALUES))),
    () => put(other()),
    () => void Reflect.deleteProperty(holder, key),
    () => put([copy(value)]),
    () => put({ className: pick(["Sequential", "Model"]), config: { name: "m", layers: [copy(value)] } }),
    () =>
      Object.defineProperty(holder, pick(KEYS.split(" ")), {
        value: other(),
        enumerable: true,
        configurable: true,
        writable: true,
      }),
    () =>
      put(
        typeof value === "number" ? pick([value + 1, value - 1, -value, value * 2, value * 1e6, value / 3]) : other(),
      ),
    () => {
      if (!Array.isArray(value) || value.length === 0) return put(copy(pick(VALUES)));
      const item = pick(value) as unknown;
      for (let i = 1 + below(pick([1, 3, 300])); i > 0; i--) value.splice(below(value.length + 1), 0, copy(item));
    },
    () => void (Array.isArray(value) ? value.splice(below(value.length), 1) : put(other())),
    () => void (Array.isArray(value) ? value.reverse() : put(other())),
    () => {
      // References between layers, where circles and inputs that never come are made.
      const uses = places
        .filter(([, name]) => name === "inboundNodes")
        .map(([from]) => from as { inboundNodes: unknown });
      const names = places
        .filter(([from, name]) => name === "name" && "inboundNodes" in from)
        .map(([from]) => (from as { name: unknown }).name);
      if (uses.length > 0) pick(uses).inboundNodes = [[[pick([...names, "gone"]), below(3), below(2), {}]]];
    },
  ];
  pick(changes)();
}

/** All values below the root, up to as many as a large network has. */
function allPlaces(root: Node): Place[] {
  const places: Place[] = [];
  const walk = (node: Node): void => {
    for (const [key, value] of Object.entries(node)) {
      if (places.length > 20_000) return;
      places.push([node, key]);
      if (typeof value === "object" && value !== null) walk(value as Node);
    }
  };
  walk(root);
  return places;
}

function damagedBytes(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (below(5) === 0) return copy.subarray(0, below(copy.length));
  // Half of the damage is in the header: what follows are values.
  const header = 8 + Number(new DataView(copy.buffer).getBigUint64(0, true));
  const flips = 1 + below(4);
  for (let i = 0; i < flips; i++) copy[below(below(2) === 0 ? header : copy.length)]! ^= 1 << below(8);
  return copy;
}

/** The same values behind another header. */
function damagedHeader(bytes: Uint8Array, change: (header: Node) => void): Uint8Array {
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Node;
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + bytes.length - start);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(bytes.subarray(start), 8 + text.length);
  return out;
}
