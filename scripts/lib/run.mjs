import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { inRoot, root } from "./paths.mjs";

/** What every tool is told: no questions, no telemetry, no notices about newer versions. */
const QUIET = {
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  npm_config_update_notifier: "false",
};

/** The environment of our tools: the workspace's own binaries come first. */
export function toolEnvironment(extra = {}) {
  return {
    ...process.env,
    ...QUIET,
    PATH: `${inRoot("node_modules", ".bin")}${delimiter}${process.env.PATH}`,
    ...extra,
  };
}

/** A command that ended with an error; `output` is what it printed, when that was kept. */
export class CommandError extends Error {
  constructor(command, status, output = "") {
    super(`\`${command}\` ended with ${status}`);
    this.output = output;
  }
}

/**
 * Runs a command in the root folder, without a keyboard.
 *
 * @param options.keep - Returns what it prints instead of showing it.
 * @returns {Promise<string>} What was kept.
 */
export function run(command, args, { env, cwd = root, keep = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: toolEnvironment(env),
      stdio: ["ignore", keep ? "pipe" : "inherit", keep ? "pipe" : "inherit"],
      // The binaries are .cmd files on Windows, which only a shell starts.
      shell: process.platform === "win32" && command !== process.execPath,
    });
    let output = "";
    const take = (text) => {
      output += text;
    };
    child.stdout?.setEncoding("utf8").on("data", take);
    child.stderr?.setEncoding("utf8").on("data", take);
    // Ctrl-C reaches the child too: it may save its work, and this process waits for it.
    const wait = () => {};
    const pass = (signal) => child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", pass);
    child.on("error", (cause) => reject(new CommandError(command, cause.message, output)));
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", pass);
      if (code === 0) resolve(output);
      else reject(new CommandError([command, ...args].join(" "), signal ?? `exit code ${code}`, output));
    });
  });
}

/** Runs a script of ours, or any other JavaScript file, with the Node.js that runs this one. */
export const runNode = (args, options) => run(process.execPath, args, options);

/**
 * Runs a TypeScript program against the built packages, as an application would; the root's tsconfig.json would lead to
 * their sources.
 */
export const runTypeScript = (args, { env, ...options } = {}) =>
  runNode(["--import", "tsx", ...args], {
    ...options,
    env: { ...env, TSX_TSCONFIG_PATH: inRoot("tsconfig.base.json") },
  });
