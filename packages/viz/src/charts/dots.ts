import { maxOf } from "@latentkit/core/authoring";
import { escapeText } from "../internal/escape.js";

/** Dots of one colour, in pixels. */
export interface Dots {
  readonly color: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Dots of one colour that are drawn before the next colour has its turn, so that no class lies wholly on top. */
const TURN = 200;

/** Tenths of a pixel: finer differences cannot be seen. */
const PRECISION = 10;

/**
 * Draws dots as SVG: lines of no length with round ends, many in a path, which takes about nine bytes a dot where an element
 * each would take eighty. Dots that fall on the same tenth of a pixel are drawn once.
 */
export function drawDots(groups: readonly Dots[], diameter: number, opacity: number): string {
  const turns = groups.map((dots) => pathsOf(dots));
  const most = maxOf(
    turns.map((paths) => paths.length),
    0,
  );
  const paths: string[] = [];
  for (let turn = 0; turn < most; turn++) {
    groups.forEach(({ color }, i) => {
      const path = turns[i]![turn];
      if (path !== undefined) paths.push(`<path stroke="${escapeText(color)}" d="${path}"/>`);
    });
  }
  return `<g fill="none" stroke-linecap="round" stroke-width="${diameter}" stroke-opacity="${opacity}">${paths.join("")}</g>`;
}

function pathsOf({ x, y }: Dots): string[] {
  const seen = new Set<string>();
  const places: (readonly [number, number])[] = [];
  x.forEach((value, i) => {
    const place = [Math.round(value * PRECISION), Math.round(y[i]! * PRECISION)] as const;
    const key = place.join();
    if (!seen.has(key)) places.push(place);
    seen.add(key);
  });
  const paths: string[] = [];
  for (let start = 0; start < places.length; start += TURN) {
    let [fromX, fromY] = [0, 0];
    const moves = places.slice(start, start + TURN).map(([toX, toY], i) => {
      const move = `${i === 0 ? "M" : "m"}${join(toX - fromX, toY - fromY)}h0`;
      [fromX, fromY] = [toX, toY];
      return move;
    });
    paths.push(moves.join(""));
  }
  return paths;
}

/** Two numbers the shortest way: a minus sign parts them too. */
function join(x: number, y: number): string {
  const [first, second] = [x / PRECISION, y / PRECISION].map((v) => String(v).replace(/^(-?)0\./, "$1."));
  return `${first}${second!.startsWith("-") ? "" : " "}${second}`;
}
