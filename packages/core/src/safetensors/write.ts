import { CheckpointError } from "../errors.js";
import { countValues, type HostTensor, LENGTH_BYTES, TYPE_NAMES } from "./format.js";

/**
 * Writes tensors in the safetensors layout: length, JSON header padded to eight bytes, values in little-endian order
 * without gaps.
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
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
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
  for (const { data } of tensors.values()) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return out;
}
