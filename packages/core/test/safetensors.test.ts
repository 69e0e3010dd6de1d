import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CheckpointError, type HostTensor, readSafetensors, writeSafetensors } from "../src/index.js";
import { metadata, tensors } from "./fixtures/ours.js";
import python from "./fixtures/python.json" with { type: "json" };

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));

/** A file of this header and these many bytes of values; `length` may lie about the header. */
function file(header: string | object, bytes = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + bytes);
  new DataView(out.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  out.set(text, 8);
  return out;
}

interface StoredValues {
  shape: number[];
  values: (number | string)[];
}

const f32 = (shape: unknown, begin: unknown, end: unknown): object => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("safetensors", () => {
  it("reads what it wrote", () => {
    const read = readSafetensors(writeSafetensors(tensors, metadata));
    expect(read.metadata).toEqual(metadata);
    expect(new Map(read.tensors)).toEqual(tensors);
    expect(Object.is((read.tensors.get("kernel") as HostTensor).data[1], -0)).toBe(true);
  });

  it("writes the bytes that Python read by the format's rules", () => {
    expect(writeSafetensors(tensors, metadata)).toEqual(fixture("ours.safetensors"));
    // Parsed here: an import would take the name `__proto__` for a prototype.
    const ours = JSON.parse(new TextDecoder().decode(fixture("ours.json"))) as {
      metadata: object;
      tensors: Record<string, { shape: number[]; values: number[] }>;
    };
    expect(ours.metadata).toEqual(metadata);
    const read = Object.entries(ours.tensors).map(([name, { shape, values }]) => [name, shape, values]);
    const written = [...tensors].map(([name, { shape, data }]) => [name, [...shape], [...data]]);
    const byName = (rows: unknown[][]): unknown[][] => rows.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
    expect(byName(read)).toEqual(byName(written));
  });

  it("reads what Python's safetensors package wrote", () => {
    const read = readSafetensors(fixture("python.safetensors"));
    expect(read.metadata).toEqual({ "made by": "safetensors", note: "ünïcode" });
    expect([...read.tensors.keys()].sort()).toEqual(Object.keys(python).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(python)) {
      const found = read.tensors.get(name)!;
      expect(found.dtype).toBe(dtype);
      expect(found.shape).toEqual(shape);
      expect([...found.data]).toEqual(values);
    }
  });

  it("reads every type that has a counterpart, from what Python's package wrote", () => {
    const read = readSafetensors(fixture("types.safetensors")).tensors;
    // Parsed here: an import would lose the sign of −0.
    const types = JSON.parse(new TextDecoder().decode(fixture("types.json"))) as Record<string, StoredValues>;
    const expected = Object.entries(types);
    expect([...read.keys()].sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, { shape, values }] of expected) {
      const found = read.get(name)!;
      expect(found.shape, name).toEqual(shape);
      expect(
        [...found.data].map((value) => (Number.isFinite(value) ? value : String(value))),
        name,
      ).toEqual(values.map((value) => ({ inf: "Infinity", "-inf": "-Infinity", nan: "NaN" })[value] ?? value));
    }
    const kinds = { f16: "float32", f64: "float32", i8: "int32", u64: "int32", u8: "uint8", bool: "bool" };
    for (const [name, dtype] of Object.entries(kinds)) expect(read.get(name)!.dtype).toBe(dtype);
  });

  it.each<[string, string, ArrayBufferView, string]>([
    ["I64", "2147483648", BigInt64Array.of(0n, 2n ** 31n), "index 1, beyond what int32 can hold"],
    ["I64", "4294967296", BigInt64Array.of(2n ** 32n), "beyond what int32"],
    ["I64", "9007199254740993", BigInt64Array.of(2n ** 53n + 1n), "beyond what int32"],
    ["U64", "18446744073709551615", BigUint64Array.of(2n ** 64n - 1n), "beyond what int32"],
    ["U32", "2147483648", Uint32Array.of(2 ** 31), "beyond what int32"],
    ["F64", "1e+39", Float64Array.of(1e39), "index 0, beyond what float32 can hold"],
  ])("says of %s that %s does not fit", (dtype, shown, values, message) => {
    const shape = [(values as unknown as ArrayLike<unknown>).length];
    const bytes = file({ w: { dtype, shape, data_offsets: [0, values.byteLength] } }, values.byteLength);
    bytes.set(new Uint8Array(values.buffer), bytes.length - values.byteLength);
    expect(() => readSafetensors(bytes, "weights")).toThrow(`weights: tensor 'w' holds ${shown} at`);
    expect(() => readSafetensors(bytes, "weights")).toThrow(message);
    expect(() => readSafetensors(bytes, "weights")).toThrow(CheckpointError);
  });

  it("says of other types that they are not supported, not that the file is damaged", () => {
    const complex = file({ w: { dtype: "C64", shape: [1], data_offsets: [0, 8] } }, 8);
    expect(() => readSafetensors(complex, "weights")).toThrow(
      /^weights: the type C64 of tensor 'w' is not supported, expected one of F32, .*; store the tensor as F32\.$/,
    );
  });

  it("reads metadata of null, and what in it is no text but could be", () => {
    expect(readSafetensors(file('{"__metadata__":null}')).metadata).toEqual({});
    expect(readSafetensors(file('{"__metadata__":{"a":1.5,"b":null,"c":true}}')).metadata).toEqual({
      a: "1.5",
      b: "null",
      c: "true",
    });
  });

  it("writes out control characters in what it says", () => {
    const name = "w\u001b[2J\n";
    const shown = "w\\u001b[2J\\u000a";
    const bytes = file({ [name]: { ...f32([1], 0, 4), dtype: "F\u0007" } }, 4);
    expect(() => readSafetensors(bytes)).toThrow(`the type F\\u0007 of tensor '${shown}'`);
    expect(() => readSafetensors(file({ [name]: f32([1], 0, 8) }, 4))).toThrow(`tensor '${shown}' of shape`);
  });

  it("reads from the middle of a buffer, and keeps copies", () => {
    const bytes = writeSafetensors(new Map([["a", { dtype: "float32", shape: [1], data: Float32Array.of(3) }]]));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { tensors: read } = readSafetensors(shifted.subarray(3));
    shifted.fill(0);
    expect(read.get("a")!.data[0]).toBe(3);
  });

  it("aligns tensors to their values and the header to eight bytes", () => {
    const bytes = writeSafetensors(tensors);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; data_offsets: [number, number] }
    >;
    for (const { dtype, data_offsets: offsets } of Object.values(header)) {
      if (dtype === "F32" || dtype === "I32") expect(offsets[0] % 4).toBe(0);
    }
  });

  it("refuses to write a tensor whose values do not fill its shape, and the reserved name", () => {
    const tensor = { dtype: "float32", shape: [3], data: new Float32Array(2) } as const;
    expect(() => writeSafetensors(new Map([["w", tensor]]))).toThrow(CheckpointError);
    expect(() => writeSafetensors(new Map([["__metadata__", { ...tensor, shape: [2] }]]))).toThrow("reserved");
  });
});

describe("damaged safetensors", () => {
  const whole = fixture("python.safetensors");

  it("are refused when cut off at any byte", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => readSafetensors(whole.subarray(0, length)), `${length} bytes`).toThrow(CheckpointError);
    }
  });

  it("are refused with bytes added", () => {
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(() => readSafetensors(longer)).toThrow("1 bytes follow the last tensor");
  });

  it("are read or refused, never worse, when any bit of the header is flipped", () => {
    const length = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    for (let bit = 0; bit < length * 8; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        readSafetensors(flipped);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    }
  });

  it("name the file and say what is wrong", () => {
    expect(() => readSafetensors(new Uint8Array(3), "weights.safetensors")).toThrow(
      "weights.safetensors: expected at least 8 bytes, received 3; the file is damaged or not a safetensors file.",
    );
  });
});

describe("hostile safetensors", () => {
  const huge = 2 ** 53 - 1;
  const cases: Readonly<Record<string, Uint8Array>> = {
    "a header of 2^64 − 1 bytes": file("{}", 0, 2n ** 64n - 1n),
    "a header longer than the format allows": file("{}", 0, 100_000_001n),
    "a header longer than the file": file("{}", 0, 99_999_999n),
    "an empty header": file(""),
    "a header that begins with white space": file(" {}"),
    "a header that is a list": file("[]"),
    "a header that is no JSON": file("{'a': 1}"),
    "a header with invalid UTF-8": (() => {
      const bytes = file('{"a":1}');
      bytes[10] = 0xff;
      return bytes;
    })(),
    "very deep nesting": file(`{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`),
    "an entry that is null": file({ a: null }),
    "an entry that is a list": file({ a: [] }),
    "an entry without fields": file({ a: {} }),
    "an unknown type": file({ a: { ...f32([1], 0, 8), dtype: "C64" } }, 8),
    "a type from the prototype": file({ a: { ...f32([1], 0, 4), dtype: "constructor" } }, 4),
    "a type that is no text": file({ a: { ...f32([1], 0, 4), dtype: ["F32"] } }, 4),
    "a shape of 2^53": file({ a: f32([2 ** 53], 0, 4) }, 4),
    "a shape of 2^53 − 1": file({ a: f32([huge], 0, 4) }, 4),
    "a shape whose product overflows": file({ a: f32([huge, huge, huge], 0, 4) }, 4),
    "a shape whose bytes overflow": file({ a: f32([huge], 0, huge) }, 4),
    "a shape of 1e999": file('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', 4),
    "a negative size": file({ a: f32([-1, -1], 0, 4) }, 4),
    "a fractional size": file({ a: f32([0.5, 2], 0, 4) }, 4),
    "a size that is text": file({ a: f32(["1"], 0, 4) }, 4),
    "no shape": file({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4),
    "three offsets": file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 4),
    "offsets in reverse": file({ a: f32([1], 4, 0) }, 4),
    "offsets beyond the file": file({ a: f32([1_000_000_000], 0, 4_000_000_000) }, 4),
    "a hole at the start": file({ a: f32([1], 4, 8) }, 8),
    "a hole in the middle": file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
    "two tensors that overlap": file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
    "two tensors in the same bytes": file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4),
    "a name that is there twice": file(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061" :{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
    "a field that is there twice": file('{"a":{"dtype":"U8","dtype"\n\t :"F32","shape":[1],"data_offsets":[0,4]}}', 4),
    "metadata that is no object": file({ __metadata__: "x" }),
    "metadata that is no text": file({ __metadata__: { a: { b: 1 } } }),
  };

  it.each(Object.entries(cases))("refused: %s", (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
  });

  it("never make the reader allocate what they claim", () => {
    const before = process.memoryUsage();
    for (const bytes of Object.values(cases)) expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
    const after = process.memoryUsage();
    // The claims go up to 8 PB; the largest file here has 400 kB.
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64e6);
  });

  it("cannot reach prototypes through names", () => {
    const bytes = file(
      '{"__metadata__":{"__proto__":"x","constructor":"y"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
    );
    const { tensors: read, metadata: found } = readSafetensors(bytes);
    expect([...read.keys()]).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(Object.keys(found)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  it("may hold strings that look like keys", () => {
    const read = readSafetensors(file('{"__metadata__":{"a":"b\\": \\\\","b":"a"}}'));
    expect(read.metadata).toEqual({ a: 'b": \\', b: "a" });
  });
});
