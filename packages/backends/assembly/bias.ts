/**
 * Adds a bias (0 for none) to rows of `columns` values, then nothing (0), ReLU (1) or ReLU6 (2). One bias for all values
 * when `columns` is 1.
 */
export function addBias(x: usize, size: i32, bias: usize, columns: i32, activation: i32): void {
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  for (let at = 0; at < size; at += columns) {
    let i = 0;
    for (; i + 4 <= columns; i += 4, x += 16) {
      let value = v128.load(x);
      if (bias) value = f32x4.add(value, v128.load(bias + (<usize>i << 2)));
      if (activation) value = f32x4.max(value, zero);
      if (activation == 2) value = f32x4.min(value, six);
      v128.store(x, value);
    }
    for (; i < columns; i++, x += 4) {
      let value = load<f32>(x);
      if (bias) value += load<f32>(bias + (<usize>i << 2));
      if (activation) value = max<f32>(value, 0);
      if (activation == 2) value = min<f32>(value, 6);
      store<f32>(x, value);
    }
  }
}
