/** Places and weights of a quadrature on [−1, 1]. */
export interface Quadrature {
  readonly places: number[];
  readonly weights: number[];
}

/**
 * The quadrature of Gauss and Legendre, in double precision: exact for polynomials of degree below 2 · `count`.
 *
 * **Source**: Press et al., "Numerical Recipes", 3rd edition, 2007, section 4.6.1.
 */
export function gaussLegendre(count: number): Quadrature {
  const places: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    // Newton's steps from that first guess: five are more than double precision needs.
    for (let step = 0; step < 8; step++) {
      let [before, value] = [0, 1];
      for (let n = 1; n <= count; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    places.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
  }
  return { places, weights };
}
