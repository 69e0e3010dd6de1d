/**
 * Reverse Kullback–Leibler divergence of counted shares from expected ones, `Σ p·ln(p/q)` in nats: infinite where something
 * is counted that is not expected. Expected shares add up to 1.
 */
export function shareDivergence(counts: ArrayLike<number>, expected: (index: number) => number): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  if (total === 0) return Number.NaN;
  let divergence = 0;
  for (let i = 0; i < counts.length; i++) {
    const share = counts[i]! / total;
    if (share > 0) divergence += share * Math.log(share / expected(i));
  }
  // Equal shares can be a rounding error below 0.
  return Math.max(0, divergence);
}
