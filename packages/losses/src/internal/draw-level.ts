/**
 * The level at which the distribution of some logits passes a uniform number: a draw from it. At temperature 0 the most likely one.
 *
 * @param from - Where the logits begin.
 */
export function drawLevel(
  logits: Float32Array,
  from: number,
  levels: number,
  uniform: number,
  temperature: number,
): number {
  let best = 0;
  for (let i = 1; i < levels; i++) if (logits[from + i]! > logits[from + best]!) best = i;
  if (temperature === 0) return best;
  const share = (i: number): number => Math.exp((logits[from + i]! - logits[from + best]!) / temperature);
  let total = 0;
  for (let i = 0; i < levels; i++) total += share(i);
  let left = uniform * total;
  for (let i = 0; i < levels; i++) {
    left -= share(i);
    if (left < 0) return i;
  }
  return best; // The sum was rounded.
}
