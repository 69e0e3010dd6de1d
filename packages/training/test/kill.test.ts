import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { random } from "@latentkit/core";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const child = fileURLToPath(new URL("./kill-child.ts", import.meta.url));
/** Longer with LATENTKIT_SWEEP, since every kill starts a process. */
const KILLS = process.env.LATENTKIT_SWEEP ? 100 : 5;
const STEPS = 300 + 60 * KILLS;

/** Runs the child until it ends, or kills it this many milliseconds after it began to train. */
function runChild(folder: string, killAfter?: number): Promise<{ output: string; killed: boolean }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") };
    const running = spawn(process.execPath, ["--import", "tsx", child, folder, String(STEPS)], { cwd: root, env });
    let output = "";
    let errors = "";
    running.stderr.on("data", (text) => {
      errors += text;
    });
    running.stdout.on("data", (text) => {
      const waiting = !output.includes("started");
      output += text;
      if (killAfter !== undefined && waiting && output.includes("started")) {
        setTimeout(() => running.kill("SIGKILL"), killAfter);
      }
    });
    running.on("close", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the child failed: ${errors}`));
      else resolve({ output, killed: signal === "SIGKILL" });
    });
  });
}

const finalWeights = (output: string): string | undefined => /finished (.*)/.exec(output)?.[1];

it(`gives bit-identical weights after ${KILLS} kills at random moments`, { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "latentkit-kill-"));
  try {
    const whole = finalWeights((await runChild(join(folder, "whole"))).output);
    expect(whole).toBeDefined();

    // The moments are random but reproducible up to the machine's speed.
    const moments = random(20).fillUniform(new Float32Array(KILLS), 0, 150);
    const broken = join(folder, "broken");
    let kills = 0;
    for (const moment of moments) kills += (await runChild(broken, moment)).killed ? 1 : 0;
    expect(kills, "processes killed while training").toBe(KILLS);
    expect(finalWeights((await runChild(broken)).output)).toBe(whole);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
