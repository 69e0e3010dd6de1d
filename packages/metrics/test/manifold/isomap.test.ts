import { readFileSync } from "node:fs";
import { ConfigError, DataError, random } from "@latentkit/core";
import { swissRoll } from "@latentkit/data";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { isomap, rankCorrelation } from "../../src/index.js";
import { neighbourGraph, shortestPaths } from "../../src/internal/neighbour-graph.js";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/isomap.json", import.meta.url), "utf8")) as {
  readonly points: number[][];
  readonly ways: number[];
  readonly embedding: number[][];
};

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const column = (rows: readonly (readonly number[])[], k: number): number[] => rows.map((row) => row[k]!);

describe("isomap", () => {
  it("has scipy's shortest paths", async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses++;
    };
    const graph = await neighbourGraph(Float32Array.from(fixture.points.flat()), 3, 6, pause);
    expect(pauses).toBe(fixture.points.length);
    const ways = shortestPaths(graph, 0);
    for (const [i, way] of fixture.ways.entries()) expect(ways[i]).toBeCloseTo(way, 5);
  });

  it("has numpy's classical scaling of them, signs aside, when every example is a landmark", async () => {
    const embedding = await isomap(tf.tensor2d(fixture.points), { neighbours: 6, landmarks: 40 });
    const received = (await embedding.array()) as number[][];
    for (const k of [0, 1]) {
      const [mine, theirs] = [column(received, k), column(fixture.embedding, k)];
      const sign = Math.sign(mine[0]! * theirs[0]!);
      for (const [i, value] of theirs.entries()) expect(sign * mine[i]!).toBeCloseTo(value, 3);
    }
  });

  it("keeps all distances of flat data whose examples are all joined", async () => {
    const points = random(1).normal([30, 2]);
    const x = tf.concat([points, tf.zeros([30, 3])], 1);
    const embedding = await isomap(x, { neighbours: 29, landmarks: 8 });
    const [a, b] = [(await points.array()) as number[][], (await embedding.array()) as number[][]];
    for (let i = 1; i < 30; i++) {
      const lengths = [a, b].map((rows) => Math.hypot(rows[i]![0]! - rows[0]![0]!, rows[i]![1]! - rows[0]![1]!));
      expect(lengths[1]).toBeCloseTo(lengths[0]!, 4);
    }
  });

  it("unrolls the Swiss roll", async () => {
    const roll = swissRoll({ count: 1000, seed: 2 });
    const embedding = await isomap(roll, { neighbours: 8, landmarks: 60 });
    const along = roll.values("position").filter((_, i) => i % 2 === 0);
    const first = column((await embedding.array()) as number[][], 0);
    expect(Math.abs(rankCorrelation(first, along))).toBeGreaterThan(0.99);
  });

  it("refuses data that fall apart, and options that cannot work", async () => {
    const apart = tf.tensor2d([[0], [1], [2], [100], [101], [102]]);
    await expect(isomap(apart, { neighbours: 2, components: 1 })).rejects.toThrow("a part of 3 and others");
    await expect(isomap(apart, { neighbours: 5, components: 2 })).rejects.toThrow(DataError);
    for (const options of [{ neighbours: 6 }, { components: 0 }, { landmarks: 2 }, { neighbors: 3 }])
      await expect(isomap(apart, options as never)).rejects.toThrow(ConfigError);
  });

  it("leaves one tensor behind, its result", async () => {
    const x = random(1).normal([20, 3]);
    const before = tf.memory().numTensors;
    await isomap(x, { landmarks: 10 });
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});
