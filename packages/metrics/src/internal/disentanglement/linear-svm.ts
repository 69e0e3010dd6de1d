/** Weight and bias of a decision w·x + b. */
export type Line = readonly [weight: number, bias: number];

/** Weight of the errors beside the margin, C, of the published score. */
const COST = 0.01;

/**
 * Decisions of a linear support vector machine on one number, a class against the rest each: the minimum of
 *
 *     ½ (w² + b²) + C Σᵢ cᵢ max(0, 1 − yᵢ(w xᵢ + b))²,   cᵢ = n / (K · n_class) for the class's examples, 1 for the rest,
 *
 * which liblinear approaches with balanced class weights; here by Newton's method, since a quadratic of two unknowns is solved at once.
 */
export function* supportLines(x: Float64Array, labels: Int32Array, classes: number): Generator<void, Line[], void> {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]!++;
  const present = counts.filter((count) => count > 0).length;
  const balanced = Float64Array.from(counts, (count) => x.length / (present * count));
  if (classes === 2) {
    const [minus, plus] = balanced as unknown as [number, number];
    const [weight, bias] = fitLine(x, labels, 1, COST * plus, COST * minus);
    return [
      [-weight, -bias],
      [weight, bias],
    ];
  }
  const lines: Line[] = [];
  for (let one = 0; one < classes; one++) {
    // A class that has no example is never decided for.
    lines.push(
      counts[one] === 0 ? [0, Number.NEGATIVE_INFINITY] : fitLine(x, labels, one, COST * balanced[one]!, COST),
    );
    yield;
  }
  return lines;
}

/** Share of examples whose class has the largest decision. */
export function decidedRight(lines: readonly Line[], x: Float64Array, labels: Int32Array): number {
  let right = 0;
  for (let i = 0; i < x.length; i++) {
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    for (const [one, [weight, bias]] of lines.entries()) {
      const decision = weight * x[i]! + bias;
      if (decision > most) [best, most] = [one, decision];
    }
    if (best === labels[i]) right++;
  }
  return right / x.length;
}

function fitLine(x: Float64Array, labels: Int32Array, one: number, own: number, other: number): Line {
  let line: Line = [0, 0];
  let here = evaluate(x, labels, one, own, other, line);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, hessian } = here;
    if (Math.hypot(...gradient) < 1e-10 * (1 + here.value)) break;
    const determinant = hessian[0] * hessian[2] - hessian[1] ** 2;
    const direction: Line = [
      -(hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
      -(hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
    ];
    let there = here;
    let next = line;
    for (let step = 1; step > 1e-8; step /= 2) {
      next = [line[0] + step * direction[0], line[1] + step * direction[1]];
      there = evaluate(x, labels, one, own, other, next);
      if (there.value < here.value) break;
    }
    // The value's precision is exhausted.
    if (!(there.value < here.value)) break;
    [line, here] = [next, there];
  }
  return line;
}

interface Objective {
  readonly value: number;
  readonly gradient: Line;
  readonly hessian: readonly [number, number, number];
}

function evaluate(
  x: Float64Array,
  labels: Int32Array,
  one: number,
  own: number,
  other: number,
  [w, b]: Line,
): Objective {
  let value = 0.5 * (w * w + b * b);
  let [gw, gb, ww, wb, bb] = [w, b, 1, 0, 1];
  for (let i = 0; i < x.length; i++) {
    const mine = labels[i] === one;
    const [sign, cost] = mine ? [1, own] : [-1, other];
    const short = 1 - sign * (w * x[i]! + b);
    if (short <= 0) continue;
    value += cost * short * short;
    const slope = -2 * cost * sign * short;
    gw += slope * x[i]!;
    gb += slope;
    const twice = 2 * cost;
    ww += twice * x[i]! * x[i]!;
    wb += twice * x[i]!;
    bb += twice;
  }
  return { value, gradient: [gw, gb], hessian: [ww, wb, bb] };
}
