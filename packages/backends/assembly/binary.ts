// @ts-ignore: decorator
@inline
function compare(op: i32, a: v128, b: v128): v128 {
  if (op == 0) return f32x4.gt(a, b);
  if (op == 1) return f32x4.ge(a, b);
  if (op == 2) return f32x4.eq(a, b);
  return f32x4.ne(a, b);
}

/** Truth values as bytes; a step of 0 repeats the one value of an operand. */
// @ts-ignore: decorator
@inline
function comparison(op: i32, a: usize, stepA: usize, b: usize, stepB: usize, y: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4, a += stepA << 4, b += stepB << 4, y += 4) {
    const left = stepA ? v128.load(a) : v128.load32_splat(a);
    const right = stepB ? v128.load(b) : v128.load32_splat(b);
    const mask = compare(op, left, right);
    const bytes = i8x16.shuffle(mask, mask, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    v128.store32_lane(y, v128.and(bytes, i8x16.splat(1)), 0);
  }
  for (; i < size; i++, a += stepA << 2, b += stepB << 2, y++) {
    store<u8>(y, i32x4.extract_lane(compare(op, v128.load32_splat(a), v128.load32_splat(b)), 0) & 1);
  }
}

export function greater(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  comparison(0, a, stepA, b, stepB, y, size);
}

export function greaterEqual(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  comparison(1, a, stepA, b, stepB, y, size);
}

export function equal(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  comparison(2, a, stepA, b, stepB, y, size);
}

export function notEqual(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  comparison(3, a, stepA, b, stepB, y, size);
}

// @ts-ignore: decorator
@inline
function extreme(largest: bool, a: usize, stepA: usize, b: usize, stepB: usize, y: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4, a += stepA << 4, b += stepB << 4, y += 16) {
    const left = stepA ? v128.load(a) : v128.load32_splat(a);
    const right = stepB ? v128.load(b) : v128.load32_splat(b);
    v128.store(y, largest ? f32x4.max(left, right) : f32x4.min(left, right));
  }
  for (; i < size; i++, a += stepA << 2, b += stepB << 2, y += 4) {
    store<f32>(y, largest ? max<f32>(load<f32>(a), load<f32>(b)) : min<f32>(load<f32>(a), load<f32>(b)));
  }
}

export function maximum(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  extreme(true, a, stepA, b, stepB, y, size);
}

export function minimum(a: usize, stepA: i32, b: usize, stepB: i32, y: usize, size: i32): void {
  extreme(false, a, stepA, b, stepB, y, size);
}

/** y = a where the byte of the condition is not zero, b elsewhere. */
export function select(condition: usize, a: usize, b: usize, y: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4, condition += 4, a += 16, b += 16, y += 16) {
    const bytes = v128.load32_zero(condition);
    const mask = i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), i32x4.splat(0));
    v128.store(y, v128.bitselect(v128.load(a), v128.load(b), mask));
  }
  for (; i < size; i++, condition++, a += 4, b += 4, y += 4) {
    store<u32>(y, load<u8>(condition) ? load<u32>(a) : load<u32>(b));
  }
}
