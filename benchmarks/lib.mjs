import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** A worker process that is spoken to in lines of JSON; commands are answered in order. */
export class Worker {
  #child;
  #waiting = [];

  constructor(command, args, options = {}) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], ...options });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (line.startsWith("{")) this.#waiting.shift()?.(JSON.parse(line));
    });
    const gone = (why) => {
      for (const answer of this.#waiting.splice(0)) answer({ unavailable: why });
    };
    this.#child.on("error", (error) => gone(error.message));
    this.#child.on("exit", (code) => gone(`the process ended with ${code}`));
    this.#child.stdin.on("error", () => undefined);
  }

  /** The next answer: the worker's greeting, when nothing was sent yet. */
  next() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  send(command) {
    const answer = this.next();
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return answer;
  }

  close() {
    this.#child.kill("SIGKILL");
  }
}

/** A Node.js of the browsers' kind, with a `navigator`: this one, or 24 from the npm registry. */
export function newNode() {
  if ("navigator" in globalThis) return process.execPath;
  const args = ["--yes", "--package", "node@24", "--", "node", "--print", "process.execPath"];
  const { status, stdout } = spawnSync("npx", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : process.execPath;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A table for terminals and Markdown alike. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(all[0]), rule, ...all.slice(1).map(line)].join("\n");
}
