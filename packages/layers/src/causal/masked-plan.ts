import { ShapeError } from "@latentkit/core";
import type { TapsPlan } from "./causal-layer.js";

/** Which colours of its own place a masked layer sees: those before (`A`), or itself too (`B`). */
export type MaskKind = "A" | "B";

/**
 * The rectangles that a mask leaves of a kernel: the rows above, the row itself up to the place, and in the place each group of channels
 * the groups before it, with `B` itself.
 */
export function maskedPlan(
  owner: string,
  {
    kernelSize,
    mask,
    colours,
  }: { readonly kernelSize: readonly number[]; readonly mask: MaskKind; readonly colours: number },
  channels: number,
  filters: number,
): TapsPlan[] {
  const [above, aside] = kernelSize.map((size) => (size - 1) / 2) as [number, number];
  if (channels % colours !== 0 || filters % colours !== 0) {
    throw new ShapeError(
      `${owner}: expected input and output channels to be multiples of \`colours\`, ${colours}; received ${channels} and ${filters}.`,
    );
  }
  const plans: TapsPlan[] = [];
  if (above > 0) plans.push({ name: "above", rectangle: { rows: [-above, -1], columns: [-aside, aside] } });
  const last = colours === 1 && mask === "B" ? 0 : -1;
  if (-aside <= last) plans.push({ name: "row", rectangle: { rows: [0, 0], columns: [-aside, last] } });
  if (colours === 1) return plans;
  const [input, output] = [channels / colours, filters / colours];
  for (let group = mask === "A" ? 1 : 0; group < colours; group++) {
    plans.push({
      name: `own${group}`,
      rectangle: { rows: [0, 0], columns: [0, 0] },
      reads: [0, input * (mask === "A" ? group : group + 1)],
      writes: [output * group, output * (group + 1)],
    });
  }
  return plans;
}
