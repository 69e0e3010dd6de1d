import { check } from "../check.js";
import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import { duplicateKey } from "./duplicate-key.js";
import { countValues, type HostTensor, LENGTH_BYTES, MAX_HEADER_BYTES, type SafeTensors } from "./format.js";
import { parseJson } from "./parse-json.js";
import { STORED_TYPES } from "./stored-types.js";

type StoredType = (typeof STORED_TYPES)[string];

/**
 * Reads the safetensors layout, trusting nothing: every length is compared with the bytes that are there before anything
 * is allocated, tensors must follow each other without gaps or overlaps, and names must be unique.
 *
 * Values come in the types that tensors have here: F16, BF16, F8 and F64 as float32, integers as int32, U8 and BOOL as they are.
 * F64 is rounded to the nearest float32.
 *
 * @param bytes - The whole file.
 * @param source - What to call the file in messages.
 * @throws CheckpointError for anything that is not a complete, well-formed file, for types without a counterpart here, and for
 *   values that float32 or int32 cannot hold.
 */
export function readSafetensors(bytes: Uint8Array, source = "safetensors"): SafeTensors {
  const isBytes = ArrayBuffer.isView(bytes) && bytes.BYTES_PER_ELEMENT === 1;
  check("readSafetensors").that("bytes", bytes, isBytes, "the bytes of a file, a Uint8Array");
  check("readSafetensors").that("source", source, typeof source === "string", "a name for messages");
  const refuse = (what: string, cause?: unknown): never => {
    throw new CheckpointError(
      `${printable(source)}: ${printable(what, 500)}; the file is damaged or not a safetensors file.`,
      { cause },
    );
  };
  if (bytes.length < LENGTH_BYTES) refuse(`expected at least ${LENGTH_BYTES} bytes, received ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(MAX_HEADER_BYTES))
    refuse(`the header claims ${headerLength} bytes, more than ${MAX_HEADER_BYTES}`);
  const start = LENGTH_BYTES + Number(headerLength);
  if (start > bytes.length)
    refuse(`the header claims ${headerLength} bytes, the file has ${bytes.length - LENGTH_BYTES}`);

  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start), refuse);
  const metadata: Record<string, string> = {};
  const entries: { name: string; type: StoredType; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (value === null) continue; // as writers do that have none
      if (!isRecord(value)) refuse("`__metadata__` is not an object");
      for (const [key, text] of Object.entries(value as object)) {
        // The format asks for text; numbers, flags and null are read as what they are written as.
        if (typeof text === "object" && text !== null) refuse(`metadata '${key}' is not text`);
        Object.defineProperty(metadata, key, { value: String(text), enumerable: true });
      }
      continue;
    }
    if (!isRecord(value)) refuse(`the entry of tensor '${name}' is not an object`);
    const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
    if (typeof dtype !== "string") refuse(`tensor '${name}' has no type`);
    const type = Object.hasOwn(STORED_TYPES, dtype as string) ? STORED_TYPES[dtype as string] : undefined;
    if (type === undefined) {
      throw new CheckpointError(
        `${printable(source)}: the type ${printable(dtype as string)} of tensor '${printable(name)}' is not supported, expected one of ${Object.keys(STORED_TYPES).join(", ")}; store the tensor as F32.`,
      );
    }
    if (!isSizes(shape)) refuse(`tensor '${name}' has no valid shape`);
    if (!isSizes(offsets) || (offsets as number[]).length !== 2) refuse(`tensor '${name}' has no valid offsets`);
    const [begin, end] = offsets as [number, number];
    entries.push({ name, type, shape: shape as number[], begin, end });
  }

  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, HostTensor>();
  let expected = 0;
  for (const { name, type, shape, begin, end } of entries) {
    const size = countValues(printable(name), shape) * type.bytes;
    if (begin !== expected) refuse(`tensor '${name}' begins at byte ${begin}, expected ${expected}`);
    if (end - begin !== size)
      refuse(
        `tensor '${name}' of shape [${shape.join(", ").slice(0, 200)}] has ${end - begin} bytes, expected ${size}`,
      );
    if (start + end > bytes.length)
      refuse(`tensor '${name}' ends at byte ${end}, the file has ${bytes.length - start}`);
    expected = end;
    const data = type.read(bytes.subarray(start + begin, start + end), `${source}: tensor '${printable(name)}'`);
    tensors.set(name, { dtype: type.dtype, shape, data });
  }
  if (start + expected !== bytes.length) refuse(`${bytes.length - start - expected} bytes follow the last tensor`);
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array, refuse: (what: string, cause?: unknown) => never): Record<string, unknown> {
  if (bytes[0] !== 0x7b) refuse("the header does not begin with '{'");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const header = parseJson(text);
    const twice = duplicateKey(text);
    if (twice !== undefined) refuse(`the header has the name '${twice}' twice`);
    return isRecord(header) ? header : refuse("the header is not an object");
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    return refuse("the header is not JSON", cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
