import { check } from "../check.js";
import { CheckpointError } from "../errors.js";
import { countValues, type HostTensor, LENGTH_BYTES, TYPE_NAMES } from "./format.js";

/**
 * Writes tensors in the safetensors layout: length, JSON header padded to eight bytes, values in little-endian order
 * without gaps, those of four bytes before those of one.
 *
 * Source: the format's description, https://github.com/huggingface/safetensors
 *
 * @param tensors - By name; `__metadata__` is reserved.
 * @param metadata - Text stored in the header.
 * @throws CheckpointError when a tensor's values do not fill its shape.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  check("writeSafetensors").that("tensors", tensors, tensors instanceof Map, "a Map of tensors by name");
  const isText = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  check("writeSafetensors").that("metadata", metadata, isText, "an object of texts");
  // Without a prototype, so that a tensor may be called `__proto__`.
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  // Wide types first: then every tensor begins at a multiple of its value's size, as readers that map files need.
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === "__metadata__") throw new CheckpointError("safetensors: the tensor name '__metadata__' is reserved.");
    if (countValues(name, shape) !== data.length) {
      throw new CheckpointError(
        `safetensors: tensor '${name}' of shape [${shape.join(", ")}] has ${data.length} values.`,
      );
    }
    header[name] = { dtype: TYPE_NAMES[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  text = Uint8Array.from({ length: padded }, (_, i) => text[i] ?? 0x20);

  const out = new Uint8Array(LENGTH_BYTES + padded + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(text, LENGTH_BYTES);
  let position = LENGTH_BYTES + padded;
  for (const [, { data }] of ordered) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return out;
}
