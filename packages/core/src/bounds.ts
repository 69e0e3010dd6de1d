/** Bounds of a number: `above`/`below` exclude the bound itself, `min`/`max` include it. */
export interface NumberBounds {
  readonly above?: number;
  readonly below?: number;
  readonly min?: number;
  readonly max?: number;
}

/** Whether a number respects the bounds. */
export function within(value: number, { above, below, min, max }: NumberBounds): boolean {
  return (
    (above === undefined || value > above) &&
    (below === undefined || value < below) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max)
  );
}

/** The bounds in words, to follow "a number": ` ≥ 0 and < 1`. */
export function describeBounds({ above, below, min, max }: NumberBounds): string {
  const parts = [
    above !== undefined && `> ${above}`,
    min !== undefined && `≥ ${min}`,
    below !== undefined && `< ${below}`,
    max !== undefined && `≤ ${max}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` ${parts.join(" and ")}` : "";
}
