import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError, loadModel, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../src/checkpoints/checkpoint.js";
import { adam, folderStore, jsonLines, memoryStore, sgd, type TrainOptions, train } from "../src/index.js";
import { tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

tf.enableProdMode();

type Options = Partial<TrainOptions<{ x: tf.Tensor }>>;

async function run(steps: number, options: Options) {
  const model = tinyModel();
  try {
    const { averages, ...result } = await train(model, tinyData(), { steps, batchSize: 8, ...options });
    averages?.dispose();
    return result;
  } finally {
    model.dispose();
  }
}

describe("checkpoint files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latentkit-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("find every flipped bit", async () => {
    const store = memoryStore();
    await run(4, { checkpoint: { store }, logEvery: 1 });
    const files = await store.read("step-000000004");
    const draw = random(1).at(0);
    for (const [name, bytes] of Object.entries(files)) {
      for (let i = 0; i < 150; i++) {
        const flipped = bytes.slice();
        const [place, bit] = draw.fillUniform(new Float32Array(2), 0, 1);
        flipped[Math.floor(place! * bytes.length)]! ^= 1 << Math.floor(bit! * 8);
        await store.write("step-000000004", { ...files, [name]: flipped });
        await expect(readCheckpoint(store, "step-000000004"), `${name}, flip ${i}`).rejects.toThrow(CheckpointError);
      }
    }
    await store.write("step-000000004", files);
    expect((await readCheckpoint(store, "step-000000004")).manifest.history).toHaveLength(4);
  });

  it("have one history in common, so that each costs the same however long the run is", async () => {
    const size = async (name: string) => (await readFile(join(folder, name, "manifest.json"))).length;
    const options = { logEvery: 1, checkpoint: { folder, every: 3, keep: 9 } };
    const { history } = await run(21, options);
    expect(Math.abs((await size("step-000000021")) - (await size("step-000000006")))).toBeLessThan(30);
    const store = folderStore(folder);
    for (const name of await store.list()) {
      const { manifest } = await readCheckpoint(store, name);
      expect(manifest.history).toEqual(history.slice(0, manifest.step));
    }
  });

  it("go on from what a killed run left of the history, and equal a run that was never killed", async () => {
    const whole = await run(12, { logEvery: 1 });
    await run(8, { logEvery: 1, checkpoint: { folder, every: 4 } });
    // Killed after the history was added to and before its checkpoint was there.
    await appendFile(join(folder, "history.log"), "half a line of a row");
    await rm(join(folder, "step-000000008"), { recursive: true });
    const resumed = await run(12, { logEvery: 1, checkpoint: { folder, every: 4, resume: true } });
    expect(resumed.history).toEqual(whole.history);
    const store = folderStore(folder);
    expect((await readCheckpoint(store, "step-000000012")).manifest.history).toEqual(whole.history);
  });

  it("notice a history that was changed or cut off, and pass to the one before", async () => {
    await run(8, { logEvery: 1, checkpoint: { folder, every: 4 } });
    const path = join(folder, "history.log");
    const bytes = await readFile(path);
    const lines = bytes.toString().split("\n");
    expect(lines).toHaveLength(3);
    const warn = vi.fn();
    for (const damaged of [bytes.subarray(0, bytes.length - 9), Buffer.from(bytes).fill("7", bytes.length - 9)]) {
      await writeFile(path, damaged);
      await expect(readCheckpoint(folderStore(folder), "step-000000008")).rejects.toThrow(/history beside it/);
      expect((await readCheckpoint(folderStore(folder), "step-000000004")).manifest.history).toHaveLength(4);
    }
    const { history } = await run(9, { logEvery: 1, warn, checkpoint: { folder, every: 4, resume: true } });
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/step-000000008: the history.*The checkpoint before/));
    expect(history.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("of the format that held the whole history are continued", async () => {
    const whole = await run(9, { logEvery: 1 });
    const { append: _, appended: __, ...before } = folderStore(folder);
    await run(6, { logEvery: 1, checkpoint: { store: before, every: 3 } });
    expect(JSON.parse(await readFile(join(folder, "step-000000006", "manifest.json"), "utf8")).format).toBe(2);
    const { history } = await run(9, { logEvery: 1, checkpoint: { folder, every: 3, resume: true } });
    expect(history).toEqual(whole.history);
    expect((await readCheckpoint(folderStore(folder), "step-000000009")).manifest).toMatchObject({
      format: 3,
      history,
    });
  });

  it("give a model of the newest that is whole, and a warning of those that are not", async () => {
    await run(6, { checkpoint: { folder, every: 3 } });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const path = join(folder, "step-000000006", "tensors.safetensors");
    const bytes = await readFile(path);
    const value = async () => {
      const model = await loadModel(folder, tinyModel);
      const [first] = await model.networks.network!.getWeights()[0]!.data();
      model.dispose();
      return first;
    };
    const newest = await value();
    expect(warn).not.toHaveBeenCalled();
    // A weight with another bit is a number like any other: the manifest alone knows.
    bytes[bytes.length - 2]! ^= 1;
    await writeFile(path, bytes);
    const before = await value();
    expect(before).not.toBe(newest);
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/step-000000006.*differs.*The checkpoint before it is used/),
    );
    await writeFile(join(folder, "step-000000003", "manifest.json"), "{");
    await expect(loadModel(folder, tinyModel)).rejects.toThrow(/every checkpoint is damaged/);
    await rm(join(folder, "step-000000006", "manifest.json"));
    expect(await value()).toBeTypeOf("number");
    vi.restoreAllMocks();
  });

  it("stay when they were just written, whatever damaged ones have newer names", async () => {
    await run(12, { checkpoint: { folder, every: 6 } });
    await writeFile(join(folder, "step-000000012", "manifest.json"), "{");
    const warn = vi.fn();
    await run(8, { warn, checkpoint: { folder, every: 2, keep: 1, resume: true } });
    expect(await folderStore(folder).list()).toEqual(["step-000000008"]);
  });

  it("are kept by their steps, not by the letters of their names", async () => {
    const store = memoryStore();
    const state = { data: { epoch: 0, batch: 0 }, identity: {}, window: { sums: {}, counts: {} }, history: [] };
    for (const step of [999_999_999, 1_000_000_000, 1_000_000_001]) {
      await writeCheckpoint(store, 2, new Map(), { ...state, step, callbacks: {} });
    }
    expect(await store.list()).toEqual(["step-1000000000", "step-1000000001"]);
  });

  it.each<[string, Options, RegExp]>([
    ["another optimiser", { optimizers: sgd() }, /expected `optimizers.tiny` to be .*adam.* received .*sgd/],
    ["another rate", { optimizers: adam(0.5) }, /`optimizers.tiny.learningRate` to be 0.001 .* received 0.5/],
    ["averages", { ema: 0.9 }, /`ema` to be absent as when the run began, received 0.9/],
    ["clipping", { clipNorm: 1 }, /`clipNorm` to be absent .* received 1/],
  ])("are not continued with %s unless it is allowed", async (_, options, message) => {
    const store = memoryStore();
    await run(4, { checkpoint: { store } });
    await expect(run(8, { checkpoint: { store, resume: true }, ...options })).rejects.toThrow(message);
    const allow = ["optimizers", "ema", "clipNorm"] as const;
    expect((await run(8, { checkpoint: { store, resume: true, allow }, ...options })).step).toBe(8);
  });

  it("belong to one run at a time, and leftovers to dead ones", async () => {
    const lock = join(folder, ".lock");
    await writeFile(lock, JSON.stringify({ pid: process.ppid, host: hostname() }));
    await expect(run(1, { checkpoint: { folder } })).rejects.toThrow(/is in use by process/);
    await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    await writeFile(join(folder, ".step-000000009.abc.tmp"), "half");
    expect(await folderStore(folder).list()).toEqual([]);
    expect(await readFile(join(folder, ".step-000000009.abc.tmp"), "utf8")).toBe("half");
    expect((await run(1, { checkpoint: { folder } })).step).toBe(1);
    await expect(readFile(lock)).rejects.toThrow(/ENOENT/);
  });

  it("are refused before step 1 where nothing can be written", async () => {
    const onStart = vi.fn();
    const file = join(folder, "file");
    await writeFile(file, "");
    const callbacks = [{ name: "s", onStart }];
    await expect(run(1, { callbacks, checkpoint: { folder: join(file, "runs") } })).rejects.toThrow(CheckpointError);
    expect(onStart).not.toHaveBeenCalled();
  });

  it("name the last good one when the disk is full", async () => {
    const store = memoryStore();
    let writes = 0;
    const full = {
      ...store,
      write: (...args: Parameters<typeof store.write>) =>
        ++writes > 1 ? Promise.reject(new Error("no space left on device.")) : store.write(...args),
    };
    await expect(run(4, { checkpoint: { store: full, every: 2 } })).rejects.toThrow(
      /step 4 could not be written: no space left on device. The last good checkpoint is memory\/step-000000002/,
    );
  });

  it("hold the history as JSON lines, added to as the run goes on", async () => {
    const path = join(folder, "history.jsonl");
    const { history } = await run(9, { logEvery: 2, callbacks: [jsonLines(path, { every: 3 })] });
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(history);
    expect(() => jsonLines(path, { evry: 3 } as never)).toThrow(/did you mean `every`/);
  });
});
