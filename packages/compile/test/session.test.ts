import * as ort from "onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../src/graph/builder.js";
import { messageAtEnd } from "../src/runtime/end-of-outputs.js";
import { loadRuntime, type Runtime } from "../src/runtime/load.js";
import type { OnnxRuntimeModule } from "../src/runtime/module.js";
import { createSession, type Session } from "../src/runtime/session.js";

const tensor = (...values: number[]) => new ort.Tensor("float32", Float32Array.from(values), [values.length]);

/** Two outputs: −x and x + 1. */
async function session(runtime: Runtime): Promise<Session> {
  const g = new GraphBuilder();
  const x = g.input({ kind: "batch", key: "x" }, "float32", [2]);
  const outputs = [g.unary("Neg", x), g.add(x, 1)];
  return createSession(runtime, g.finish(outputs.map((value) => ({ value, target: { kind: "log", name: "y" } }))));
}

describe("a session of onnxruntime-node", async () => {
  const runtime = await loadRuntime({ provider: "cpu", threads: 1, runtime: undefined });
  const opened: Session[] = [];
  const open = async (options: Partial<Runtime> = {}) => {
    const made = await session({ ...runtime, ...options });
    opened.push(made);
    const [input, [a, b]] = [made.inputs[0]!, made.outputs as [string, string]];
    return {
      run: (x: ort.Tensor, first: ort.Tensor | null) => made.run({ [input]: x }, { [a]: first, [b]: tensor(0, 0) }),
      a,
      b,
    };
  };
  afterAll(() => Promise.all(opened.map((made) => made.release())));

  it("writes outputs into the tensors that are given for them, and gives those back", async () => {
    expect(runtime.messageAtEnd).toMatch(/./);
    const { run, a, b } = await open();
    const given = tensor(0, 0);
    const results = await run(tensor(1, 2), given);
    expect(results[a]).toBe(given);
    expect([...(given.data as Float32Array), ...(results[b]!.data as Float32Array)]).toEqual([-1, -2, 2, 3]);
  });
  it("gives new tensors where none are given", async () => {
    const { run, a, b } = await open();
    const results = await run(tensor(1, 2), null);
    expect([...(results[a]!.data as Float32Array), ...(results[b]!.data as Float32Array)]).toEqual([-1, -2, 2, 3]);
  });
  it("gives the same values with a version that converts every output", async () => {
    const { run, a, b } = await open({ messageAtEnd: undefined });
    const results = await run(tensor(1, 2), tensor(0, 0));
    expect([...(results[a]!.data as Float32Array), ...(results[b]!.data as Float32Array)]).toEqual([-1, -2, 2, 3]);
  });
  it("reports other errors as they are", async () => {
    const { run } = await open();
    await expect(run(tensor(1, 2, 3), tensor(0, 0))).rejects.toThrow(/dimension/i);
    const other = await open({ messageAtEnd: "something else" });
    await expect(other.run(tensor(1, 2), tensor(0, 0))).rejects.toThrow(runtime.messageAtEnd);
  });
  it("is asked whether it converts sequences", async () => {
    const converting = {
      ...ort,
      InferenceSession: { create: async () => ({ run: async () => ({}), release: async () => undefined }) },
    };
    expect(await messageAtEnd(converting as unknown as OnnxRuntimeModule)).toBeUndefined();
    const refusing = { ...ort, InferenceSession: { create: () => Promise.reject(new Error("no sequences")) } };
    expect(await messageAtEnd(refusing as unknown as OnnxRuntimeModule)).toBeUndefined();
  });
});
