/** A shape of four axes as TensorFlow.js's geometry takes it; the caller knows its rank. */
export function four([a, b, c, d]: readonly number[]): [number, number, number, number] {
  return [a!, b!, c!, d!];
}

/** A shape of five axes. */
export function five([a, b, c, d, e]: readonly number[]): [number, number, number, number, number] {
  return [a!, b!, c!, d!, e!];
}
