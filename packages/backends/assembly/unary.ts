import { exp4, softplus4, tanh4 } from "./vector-math";

/** −1, 0 or 1; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function sign4(x: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const signs = f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  return v128.bitselect(x, signs, f32x4.ne(x, x));
}

// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, alpha: v128): v128 {
  if (op == 0) return exp4(x);
  if (op == 1) return tanh4(x);
  if (op == 2) return softplus4(x);
  if (op == 3) return f32x4.sqrt(x);
  if (op == 4) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == 6) return sign4(x);
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), f32x4.mul(alpha, f32x4.min(x, f32x4.splat(0))));
}

// @ts-ignore: decorator
@inline
function each(op: i32, x: usize, y: usize, size: i32, alpha: v128): void {
  const end = x + (<usize>(size & ~3) << 2);
  for (; x < end; x += 16, y += 16) v128.store(y, apply(op, v128.load(x), alpha));
  for (let rest = size & 3; rest > 0; rest--, x += 4, y += 4) {
    store<f32>(y, f32x4.extract_lane(apply(op, v128.load32_splat(x), alpha), 0));
  }
}

export function exp(x: usize, y: usize, size: i32): void {
  each(0, x, y, size, f32x4.splat(0));
}

export function tanh(x: usize, y: usize, size: i32): void {
  each(1, x, y, size, f32x4.splat(0));
}

export function softplus(x: usize, y: usize, size: i32): void {
  each(2, x, y, size, f32x4.splat(0));
}

export function sqrt(x: usize, y: usize, size: i32): void {
  each(3, x, y, size, f32x4.splat(0));
}

export function rsqrt(x: usize, y: usize, size: i32): void {
  each(4, x, y, size, f32x4.splat(0));
}

export function sign(x: usize, y: usize, size: i32): void {
  each(6, x, y, size, f32x4.splat(0));
}

export function leakyRelu(x: usize, y: usize, size: i32, alpha: f32): void {
  each(5, x, y, size, f32x4.splat(alpha));
}

export function scale(x: usize, size: i32, factor: f32): void {
  const end = x + (<usize>size << 2);
  for (; x + 16 <= end; x += 16) v128.store(x, f32x4.mul(v128.load(x), f32x4.splat(factor)));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * factor);
}

/** The values between two bounds; NaN stays NaN. */
export function clip(x: usize, y: usize, size: i32, low: f32, high: f32): void {
  const bottom = f32x4.splat(low), top = f32x4.splat(high);
  const end = x + (<usize>(size & ~3) << 2);
  for (; x < end; x += 16, y += 16) v128.store(y, f32x4.min(f32x4.max(v128.load(x), bottom), top));
  for (let rest = size & 3; rest > 0; rest--, x += 4, y += 4) store<f32>(y, min<f32>(max<f32>(load<f32>(x), low), high));
}
