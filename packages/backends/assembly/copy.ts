/** Copies floats. */
export function copyTo(to: usize, from: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) store<u32>(to, load<u32>(from));
}

/** Adds floats to floats. */
export function addTo(to: usize, from: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** Writes zeros. */
export function clear(to: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to + 16 <= end; to += 16) v128.store(to, i64x2.splat(0));
  for (; to < end; to += 4) store<u32>(to, 0);
}

/**
 * Copies 4-byte values between two views of `rank` axes. `axes` holds, axis by axis, the size and the steps of `to` and
 * `from` in values: a step of 0 repeats, a negative one reverses.
 */
export function copyView(to: usize, from: usize, axes: usize, rank: i32): void {
  const size = load<i32>(axes);
  const stepTo = <usize>load<i32>(axes, 4) << 2;
  const stepFrom = <usize>load<i32>(axes, 8) << 2;
  if (rank > 1) {
    for (let i = 0; i < size; i++, to += stepTo, from += stepFrom) copyView(to, from, axes + 12, rank - 1);
  } else if (stepTo == 4 && stepFrom == 4) {
    copyTo(to, from, <usize>size << 2);
  } else if (stepTo == 4 && stepFrom == 0) {
    const value = v128.load32_splat(from);
    let i = 0;
    for (; i + 4 <= size; i += 4, to += 16) v128.store(to, value);
    for (; i < size; i++, to += 4) v128.store32_lane(to, value, 0);
  } else {
    for (let i = 0; i < size; i++, to += stepTo, from += stepFrom) store<u32>(to, load<u32>(from));
  }
}

/** {@link copyView} for values of one byte. */
export function copyBytes(to: usize, from: usize, axes: usize, rank: i32): void {
  const size = load<i32>(axes);
  const stepTo = <usize>load<i32>(axes, 4);
  const stepFrom = <usize>load<i32>(axes, 8);
  for (let i = 0; i < size; i++, to += stepTo, from += stepFrom) {
    if (rank > 1) copyBytes(to, from, axes + 12, rank - 1);
    else store<u8>(to, load<u8>(from));
  }
}

/** Picks slices: `[outer, axis, bytes]` by `count` indices gives `[outer, count, bytes]`. */
export function gather(x: usize, indices: usize, y: usize, outer: i32, axis: i32, count: i32, bytes: usize): void {
  for (let o = 0; o < outer; o++, x += <usize>axis * bytes) {
    for (let i = 0; i < count; i++, y += bytes) {
      copyTo(y, x + <usize>load<i32>(indices + (<usize>i << 2)) * bytes, bytes);
    }
  }
}

/** Adds each row of x to the row of y that its index names; indices out of range are skipped. */
export function segmentSum(x: usize, indices: usize, y: usize, count: i32, segments: i32, bytes: usize): void {
  for (let i = 0; i < count; i++, x += bytes) {
    const segment = load<i32>(indices + (<usize>i << 2));
    if (segment >= 0 && segment < segments) addTo(y + <usize>segment * bytes, x, bytes);
  }
}
