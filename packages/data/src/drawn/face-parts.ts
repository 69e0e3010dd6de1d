import { type Random, random } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";

/** What a face is made of, in the order of the columns of `factors`: eight parts, then eight colours. */
export type FacePart =
  | ("hair" | "eyes" | "mouth" | "glasses" | "hat" | "beard" | "clothing" | "accessories")
  | ("hairColor" | "eyesColor" | "mouthColor" | "glassesColor" | "hatColor" | "clothingColor" | "accessoriesColor")
  | "skinColor";

/** One factor of a face: `none` where a part may be absent, colours as `#rrggbb`. */
export interface FaceFactor {
  readonly name: FacePart;
  /** What each class number stands for. */
  readonly values: readonly string[];
}

/** The one value that is not drawn. */
export const NONE = "none";

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${`${i + 1}`.padStart(2, "0")}`);
const colours = (list: string): string[] => list.split(" ").map((hex) => `#${hex}`);

/** All that the design has, by its own names. */
const VALUES: Readonly<Record<FacePart, readonly string[]>> = {
  hair: [...numbered("short", 24), ...numbered("long", 21)],
  eyes: numbered("variant", 12),
  mouth: [...numbered("happy", 13), ...numbered("sad", 10)],
  glasses: [NONE, ...numbered("light", 7), ...numbered("dark", 7)],
  hat: [NONE, ...numbered("variant", 10)],
  beard: [NONE, ...numbered("variant", 8)],
  clothing: numbered("variant", 23),
  accessories: [NONE, ...numbered("variant", 4)],
  hairColor: colours("cab188 603a14 83623b a78961 611c17 603015 612616 28150a 009bbd bd1700 91cb15"),
  eyesColor: colours("76778b 697b94 647b90 5b7c8b 588387 876658"),
  mouthColor: colours("d29985 c98276 e35d6a de0f0d"),
  glassesColor: colours("4b4b4b 323232 191919 43677d 5f705c a04b5d"),
  hatColor: colours("2e1e05 2663a3 989789 3d8a6b cc6192 614f8a a62116"),
  clothingColor: colours("5bc0de 428bca 03396c 88d8b0 44c585 00b159 ff6f69 d11141 ae0001 ffeead ffd969 ffc425"),
  accessoriesColor: colours("daa520 ffd700 fafad2 d3d3d3 a9a9a9"),
  skinColor: colours("ffdbac f5cfa0 eac393 e0b687 cb9e6e b68655 a26d3d 8d5524"),
};

export const FACE_PARTS: readonly FacePart[] = /* @__PURE__ */ Object.keys(VALUES) as FacePart[];

/** The sixteen factors, each with all of its values or those that are wanted. */
export function describeFace(parts: Readonly<Partial<Record<FacePart, readonly string[]>>>): FaceFactor[] {
  const checker = check("pixelFaces");
  checker.known(parts, FACE_PARTS);
  return FACE_PARTS.map((name) => {
    const values = parts[name] ?? VALUES[name];
    const option = `parts.${name}`;
    checker.that(option, values, Array.isArray(values) && values.length > 0, "a list of names");
    for (const value of values) checker.oneOf(option, value, VALUES[name]);
    checker.that(option, values, new Set(values).size === values.length, "names that differ");
    return { name, values };
  });
}

/** Class numbers of all faces, one row of sixteen each: given, or drawn independently. */
export function chooseFaces(
  options: Readonly<{ count: number; seed: number; absent: number; factors?: readonly (readonly number[])[] }>,
  factors: readonly FaceFactor[],
): Int32Array {
  const rows = options.factors;
  if (rows === undefined) return drawFaces(random(options.seed).stream("pixelFaces"), options, factors);
  const checker = check("pixelFaces");
  rows.forEach((row, i) => {
    checker.that(`factors[${i}]`, row, row.length === factors.length, `${factors.length} class numbers`);
    row.forEach((level, f) => {
      checker.integer(`factors[${i}][${f}]`, level, { min: 0, below: factors[f]!.values.length });
    });
  });
  return Int32Array.from(rows.flat());
}

/** One word decides one factor: below `absent` that a part is absent, above it which value it has. */
function drawFaces(
  stream: Random,
  { count, absent }: Readonly<{ count: number; absent: number }>,
  factors: readonly FaceFactor[],
): Int32Array {
  const words = stream.fillWords(new Uint32Array(count * factors.length));
  return Int32Array.from(words, (word, i) => {
    const { values } = factors[i % factors.length]!;
    const chance = word / 2 ** 32;
    const none = values.indexOf(NONE);
    if (none < 0 || values.length === 1) return Math.floor(chance * values.length);
    if (chance < absent) return none;
    const present = Math.floor(((chance - absent) / (1 - absent)) * (values.length - 1));
    return present + (present >= none ? 1 : 0);
  });
}
