// What sampling does at a place, for many pictures at once: channels stand one after the other, each with the values of all pictures
// (lanes) side by side, a multiple of 8.

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** y = each bias in all lanes, or zeros. */
export function start(y: usize, bias: usize, channels: i32, lanes: i32): void {
  const bytes = <usize>lanes << 2;
  for (let o = 0; o < channels; o++, y += bytes) {
    const value = bias ? v128.load32_splat(bias + (<usize>o << 2)) : f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) v128.store(y + at, value);
  }
}

/** y(o) += Σ w(i, o)·x(i), o from 0 to outputs; rows of w are `stride` floats apart. */
export function product(y: usize, x: usize, w: usize, inputs: i32, outputs: i32, stride: i32, lanes: i32): void {
  const bytes = <usize>lanes << 2;
  const step = <usize>stride << 2;
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    const to = y + <usize>o * bytes;
    const weights = w + (<usize>o << 2);
    for (let at: usize = 0; at < bytes; at += 32) quad(to + at, x + at, weights, inputs, step, bytes);
  }
  for (; o < outputs; o++) {
    const to = y + <usize>o * bytes;
    const weights = w + (<usize>o << 2);
    for (let at: usize = 0; at < bytes; at += 32) one(to + at, x + at, weights, inputs, step, bytes);
  }
}

// @ts-ignore: decorator
@inline
function quad(y: usize, x: usize, w: usize, inputs: i32, step: usize, bytes: usize): void {
  const y1 = y + bytes, y2 = y1 + bytes, y3 = y2 + bytes;
  let a0 = v128.load(y), a1 = v128.load(y, 16);
  let b0 = v128.load(y1), b1 = v128.load(y1, 16);
  let c0 = v128.load(y2), c1 = v128.load(y2, 16);
  let d0 = v128.load(y3), d1 = v128.load(y3, 16);
  for (let i = 0; i < inputs; i++, x += bytes, w += step) {
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    let s = v128.load32_splat(w);
    a0 = madd(s, x0, a0);
    a1 = madd(s, x1, a1);
    s = v128.load32_splat(w, 4);
    b0 = madd(s, x0, b0);
    b1 = madd(s, x1, b1);
    s = v128.load32_splat(w, 8);
    c0 = madd(s, x0, c0);
    c1 = madd(s, x1, c1);
    s = v128.load32_splat(w, 12);
    d0 = madd(s, x0, d0);
    d1 = madd(s, x1, d1);
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y1, b0);
  v128.store(y1, b1, 16);
  v128.store(y2, c0);
  v128.store(y2, c1, 16);
  v128.store(y3, d0);
  v128.store(y3, d1, 16);
}

// @ts-ignore: decorator
@inline
function one(y: usize, x: usize, w: usize, inputs: i32, step: usize, bytes: usize): void {
  let a0 = v128.load(y), a1 = v128.load(y, 16);
  for (let i = 0; i < inputs; i++, x += bytes, w += step) {
    const s = v128.load32_splat(w);
    a0 = madd(s, v128.load(x), a0);
    a1 = madd(s, v128.load(x, 16), a1);
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
}

/** y = max(x, 0), `size` floats. */
export function relu(y: usize, x: usize, size: i32): void {
  const zero = f32x4.splat(0);
  for (const end = x + (<usize>size << 2); x < end; x += 16, y += 16) v128.store(y, f32x4.max(v128.load(x), zero));
}

/** y = a + b, `size` floats. */
export function add(y: usize, a: usize, b: usize, size: i32): void {
  for (const end = a + (<usize>size << 2); a < end; a += 16, b += 16, y += 16) {
    v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  }
}
