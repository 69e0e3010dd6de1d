import { describe, expect, it } from "vitest";
import { defineValue, number, schedule, value } from "../../src/authoring.js";
import { fromJSON, toJSON } from "../../src/options/json.js";
import { cosineSchedule, linearSchedule, stepSchedule } from "../../src/schedules/index.js";

interface Scale {
  apply(x: number): number;
}
const scaled = defineValue(
  "scaled",
  { by: number({ above: 0, default: 2 }) },
  ({ by }): Scale => ({ apply: (x) => by * x }),
);
const context = { source: "file", networks: {}, build: () => undefined };
const specification = {
  scale: value<Scale>({
    expected: "a scale",
    accepts: (given) => typeof (given as Scale)?.apply === "function",
    factories: [scaled],
  }),
  beta: schedule({ min: 0, default: 1 }),
};
const round = (values: object) => {
  const { options, asked } = toJSON(specification, values);
  return { asked, values: fromJSON(specification, JSON.parse(JSON.stringify(options)), context) };
};

describe("values in files", () => {
  it("come back by name and options", () => {
    const { values, asked } = round({ scale: scaled({ by: 5 }), beta: 0.5 });
    expect(asked).toEqual([]);
    expect((values.scale as Scale).apply(3)).toBe(15);
    expect(values.beta).toBe(0.5);
  });

  it.each([
    linearSchedule({ from: 0, to: 4, steps: 8 }),
    cosineSchedule({ from: 1, steps: 6 }),
    stepSchedule({ 0: 1, 5: 0.25 }),
  ])("hold the library's schedules", (beta) => {
    const { values, asked } = round({ scale: scaled(), beta });
    expect(asked).toEqual([]);
    for (const step of [0, 1, 4, 6, 100]) expect((values.beta as typeof beta)(step)).toBe(beta(step));
  });

  it("are asked for again when they are functions or of the user's own making", () => {
    expect(round({ scale: { apply: (x: number) => x }, beta: (n: number) => n }).asked).toEqual(["scale", "beta"]);
    expect(() => fromJSON(specification, {}, context, {}, ["beta"])).toThrow(
      "file: expected `beta` among the options of loading",
    );
  });

  it("are refused when the file names one that is not known, or options it does not have", () => {
    expect(() => fromJSON(specification, { scale: { name: "twisted" } }, context)).toThrow("one of scaled");
    expect(() => fromJSON(specification, { scale: { name: "scaled", by: -1 } }, context)).toThrow(
      "`by` to be a number > 0",
    );
    expect(() => fromJSON(specification, { beta: { name: "linearSchedule" } }, context)).toThrow("`from`");
  });

  it("refuse misspelt options under their own name", () => {
    expect(() => scaled({ bye: 1 } as never)).toThrow("scaled: unknown option `bye`; did you mean `by`?");
  });
});
