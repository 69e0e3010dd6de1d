import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromCsv, parseCsv, standardize } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-csv-"));
beforeAll(async () => {
  await tf.setBackend("cpu");
});
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (data: ReturnType<typeof parseCsv>): number[][] => {
  const { columns } = data.info;
  const values = Array.from(data.values("x"));
  return Array.from({ length: data.size }, (_, i) => values.slice(i * columns.length, (i + 1) * columns.length));
};

const PENGUINS = `species,island,bill,mass,sex
Adelie,Torgersen,39.1,3750,male
Gentoo,Biscoe,46.1,4500,female
"Chinstrap",Dream,NA,3500,female
Adelie,Torgersen,40.3,3250,
`;

describe("tables of comma-separated values", () => {
  it("reads numbers, words and classes, from text and from files", async () => {
    const data = parseCsv(PENGUINS, { label: "species", columns: ["mass", "island"] });
    expect(data.info).toEqual({
      columns: ["mass", "island=Biscoe", "island=Dream", "island=Torgersen"],
      classNames: ["Adelie", "Chinstrap", "Gentoo"],
      skipped: 0,
    });
    expect(rowsOf(data)).toEqual([
      [3750, 0, 0, 1],
      [4500, 1, 0, 0],
      [3500, 0, 1, 0],
      [3250, 0, 0, 1],
    ]);
    expect(Array.from(data.values("label"))).toEqual([0, 2, 1, 0]);
    const path = join(folder, "penguins.csv");
    writeFileSync(path, `﻿${PENGUINS.replaceAll("\n", "\r\n")}`);
    const read = await fromCsv(path, { label: "species", columns: ["mass", "island"] });
    expect(rowsOf(read)).toEqual(rowsOf(data));
    const { x, label } = read.gather([1]);
    expect([x.dtype, x.shape, label!.dtype]).toEqual(["float32", [1, 4], "int32"]);
    tf.dispose([x, label!]);
    const scaled = read.map(await standardize(read)).gather();
    expect((await tf.moments(scaled.x, 0).mean.abs().max().data())[0]).toBeLessThan(1e-5);
    tf.dispose(scaled);
  });

  it("refuses rows with missing cells by name and row, skips them, or takes the mean", () => {
    expect(() => parseCsv(PENGUINS, { label: "species" })).toThrow(
      'parseCsv: a value of \'bill\' is missing in row 4; pass missing: "skip" or "mean"',
    );
    const skipped = parseCsv(PENGUINS, { label: "species", missing: "skip" });
    expect([skipped.size, skipped.info.skipped]).toEqual([2, 2]);
    const filled = parseCsv(PENGUINS, { columns: ["bill", "sex"], missing: "mean" });
    expect(filled.info.columns).toEqual(["bill", "sex=female", "sex=male"]);
    expect(rowsOf(filled)[2]![0]).toBeCloseTo((39.1 + 46.1 + 40.3) / 3, 5);
    expect(rowsOf(filled)[3]!.slice(1)).toEqual([0, 0]);
  });

  it("finds other delimiters, takes decimal commas, and tables without names", () => {
    const german = parseCsv("a;b\n1,5;2\n2,5;3\n", { decimal: "," });
    expect(rowsOf(german)).toEqual([
      [1.5, 2],
      [2.5, 3],
    ]);
    const bare = parseCsv("1\t2\n3\t4\n", { header: false });
    expect([bare.info.columns, rowsOf(bare)]).toEqual([
      ["column1", "column2"],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(rowsOf(parseCsv("value\n1e3\n-2\n"))).toEqual([[1000], [-2]]);
    expect(parseCsv("x,digit\n1,10\n2,9\n", { label: "digit" }).info.classNames).toEqual(["9", "10"]);
  });

  it("names what it cannot read, and what would help", async () => {
    const texts = Array.from({ length: 101 }, (_, i) => `text ${i},1`).join("\n");
    const cases: [() => unknown, typeof DataError | typeof ConfigError, string][] = [
      [() => parseCsv(""), DataError, "received an empty table"],
      [() => parseCsv("a,b\n"), DataError, "received names alone"],
      [() => parseCsv("1,2\n3,4\n"), DataError, "header: false"],
      [() => parseCsv("a,a\n1,2\n"), DataError, "two columns have the name 'a'"],
      [() => parseCsv("a,b\n1,2\n3\n"), DataError, "received 1 in row 3"],
      [() => parseCsv('a,b\n"1,2\n'), DataError, "row"],
      [() => parseCsv(`name,y\n${texts}`), DataError, "'name' holds 101 different texts"],
      [() => parseCsv("a,b\n1,2\n", { label: "c" }), ConfigError, "a, b, received 'c'"],
      [() => parseCsv("a,b\n1,2\n", { columns: ["z"] }), ConfigError, "received 'z'"],
      [() => parseCsv("a\n1\n", { label: "a" }), ConfigError, "expected at least one column for x"],
      [() => parseCsv("a,b\n1,NA\n", { label: "b" }), DataError, "expected a class in 'b', received 'NA' in row 2"],
      [() => parseCsv("a\n1\n", { labels: "a" } as never), ConfigError, "labels"],
    ];
    for (const [call, kind, words] of cases) {
      expect(call, words).toThrow(kind);
      expect(call).toThrow(words);
    }
    const path = join(folder, "latin.csv");
    writeFileSync(path, Uint8Array.of(0x61, 0x0a, 0xe4, 0x0a));
    await expect(fromCsv(path)).rejects.toThrow("expected text in UTF-8");
    await expect(fromCsv(join(folder, "none.csv"))).rejects.toThrow(DataError);
    await expect(fromCsv(path, { maxBytes: 2 })).rejects.toThrow(DataError);
  });
});
