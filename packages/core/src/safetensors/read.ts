import { CheckpointError } from "../errors.js";
import { duplicateKey } from "./duplicate-key.js";
import { countValues, type HostTensor, LENGTH_BYTES, MAX_HEADER_BYTES, type SafeTensors, TYPES } from "./format.js";

/**
 * Reads the safetensors layout, trusting nothing: every length is compared with the bytes that are there before anything
 * is allocated, tensors must follow each other without gaps or overlaps, and names must be unique.
 *
 * @param bytes - The whole file.
 * @param source - What to call the file in messages.
 * @throws CheckpointError for anything that is not a complete, well-formed file.
 */
export function readSafetensors(bytes: Uint8Array, source = "safetensors"): SafeTensors {
  const refuse = (what: string, cause?: unknown): never => {
    throw new CheckpointError(`${source}: ${what}; the file is damaged or not a safetensors file.`, { cause });
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
  const entries: { name: string; type: (typeof TYPES)[string]; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (!isRecord(value)) refuse("`__metadata__` is not an object");
      for (const [key, text] of Object.entries(value as object)) {
        if (typeof text !== "string") refuse(`metadata '${key}' is not text`);
        Object.defineProperty(metadata, key, { value: text, enumerable: true });
      }
      continue;
    }
    if (!isRecord(value)) refuse(`the entry of tensor '${name}' is not an object`);
    const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
    const type = typeof dtype === "string" && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
    if (type === undefined)
      refuse(`tensor '${name}' has type ${String(dtype)}, expected one of ${Object.keys(TYPES).join(", ")}`);
    if (!isSizes(shape)) refuse(`tensor '${name}' has no valid shape`);
    if (!isSizes(offsets) || (offsets as number[]).length !== 2) refuse(`tensor '${name}' has no valid offsets`);
    const [begin, end] = offsets as [number, number];
    entries.push({ name, type: type!, shape: shape as number[], begin, end });
  }

  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, HostTensor>();
  let expected = 0;
  for (const { name, type, shape, begin, end } of entries) {
    const size = countValues(name, shape) * type!.bytes;
    if (begin !== expected) refuse(`tensor '${name}' begins at byte ${begin}, expected ${expected}`);
    if (end - begin !== size)
      refuse(`tensor '${name}' of shape [${shape.join(", ")}] has ${end - begin} bytes, expected ${size}`);
    if (start + end > bytes.length)
      refuse(`tensor '${name}' ends at byte ${end}, the file has ${bytes.length - start}`);
    expected = end;
    tensors.set(name, { dtype: type!.dtype, shape, data: copyValues(bytes, start + begin, size, type!.dtype) });
  }
  if (start + expected !== bytes.length) refuse(`${bytes.length - start - expected} bytes follow the last tensor`);
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array, refuse: (what: string, cause?: unknown) => never): Record<string, unknown> {
  if (bytes[0] !== 0x7b) refuse("the header does not begin with '{'");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const header: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    if (twice !== undefined) refuse(`the header has the name '${twice}' twice`);
    return isRecord(header) ? header : refuse("the header is not an object");
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    return refuse("the header is not JSON", cause);
  }
}

/** A copy, because a tensor may begin at any byte and typed arrays need alignment. */
function copyValues(bytes: Uint8Array, begin: number, size: number, dtype: HostTensor["dtype"]): HostTensor["data"] {
  const copy = bytes.slice(begin, begin + size);
  if (dtype === "float32") return new Float32Array(copy.buffer);
  if (dtype === "int32") return new Int32Array(copy.buffer);
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
