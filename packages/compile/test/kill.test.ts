import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "@latentkit/core";
import { expect, it } from "vitest";
import { MODELS, runChild } from "./sweep/run-child.js";

const KILLS = 2;

it(`ends a compiled run with the same bits after ${KILLS} kills`, { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "latentkit-compiled-"));
  try {
    const args = (name: string) => [join(folder, name), "120", MODELS, "vae"];
    const whole = runChild(args("whole"));
    // Early moments: the first updates are compared, and fall into different processes.
    const moments = random(3).fillUniform(new Float32Array(KILLS), 0, 120);
    let kills = 0;
    for (const moment of moments) kills += (await runChild(args("broken"), moment)).killed ? 1 : 0;
    expect(kills, "processes killed while training").toBe(KILLS);
    const { finished } = await runChild(args("broken"));
    expect(finished).toMatch(/^[0-9a-f]{64}$/);
    expect(finished).toBe((await whole).finished);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
