import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const child = fileURLToPath(new URL("./kill-child.ts", import.meta.url));

/** The models of {@link runChild} unless another module is named. */
export const MODELS: string = fileURLToPath(new URL("./models.ts", import.meta.url));

/** What a child ended with. */
export interface ChildResult {
  /** What it says of its weights, sums and history; nothing when it was killed. */
  readonly finished: string | undefined;
  readonly killed: boolean;
}

/**
 * Runs the child until it ends, or kills it this many milliseconds after it began to train.
 *
 * @param args - Folder, steps, module of the models, name of the model.
 */
export function runChild(args: readonly string[], killAfter?: number): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") };
    const running = spawn(process.execPath, ["--import", "tsx", child, ...args], { cwd: root, env });
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
      else resolve({ finished: /finished (.*)/.exec(output)?.[1], killed: signal === "SIGKILL" });
    });
  });
}
