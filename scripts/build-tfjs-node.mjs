/**
 * Builds the addon of @tensorflow/tfjs-node from the npm package's own source against the C library and headers in
 * TensorFlow's PyPI wheel, where the package's install script cannot download its prebuilt files, or where they do not load.
 * Linux x64; needs Python with pip, a C++17 compiler and the headers of Node.js.
 *
 *   node scripts/build-tfjs-node.mjs [--package <folder>] [--wheel <file>] [--version 2.21.0] [--force]
 *
 * Without --package it is the copy that @latentkit/backends is tested with.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inRoot } from "./lib/paths.mjs";

const { values: options } = parseArgs({
  options: {
    package: { type: "string" },
    wheel: { type: "string" },
    version: { type: "string", default: "2.21.0" },
    force: { type: "boolean", default: false },
  },
});

const folder = options.package ? resolve(options.package) : installed();
const [addon, deps] = [join(folder, "lib", "napi-v8", "tfjs_binding.node"), join(folder, "deps")];
if (existsSync(addon) && !options.force) console.log(`${addon} exists already; --force builds it anew.`);
else {
  unpack(options.wheel ?? download());
  compile();
}
const check =
  "const tf = require('.'); console.log(`tfjs-node ${tf.version['tfjs-node']} computes on ${tf.getBackend()}:`, tf.matMul([[2]], [[3]]).arraySync());";
run(process.execPath, ["-e", check], { cwd: folder, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" } });

function installed() {
  const require = createRequire(inRoot("packages", "backends", "package.json"));
  return dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
}

function run(command, args, spawnOptions = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", ...spawnOptions });
  if (status !== 0) {
    console.error(`\n${command} failed${error ? `: ${error.message}` : ""}; the addon was not built.`);
    process.exit(1);
  }
}

function download() {
  const target = inRoot("runs", "tensorflow-wheel");
  mkdirSync(target, { recursive: true });
  const wheel = () =>
    readdirSync(target).find((name) => name.endsWith(".whl") && name.includes(`-${options.version}-`));
  if (!wheel())
    run("python3", [
      "-m",
      "pip",
      "download",
      "--no-deps",
      "--quiet",
      "-d",
      target,
      `tensorflow-cpu==${options.version}`,
    ]);
  return join(target, wheel());
}

function unpack(wheel) {
  rmSync(deps, { recursive: true, force: true });
  // The two libraries and the headers, and nothing else of a gigabyte.
  const program = `
import os, sys, zipfile
wheel, deps = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        path = name.split("/", 1)[-1]
        if path.startswith("include/") or path in ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2"):
            target = os.path.join(deps, path if path.startswith("include/") else "lib/" + path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not name.endswith("/"):
                with archive.open(name) as source, open(target, "wb") as out:
                    while block := source.read(1 << 20):
                        out.write(block)
`;
  run("python3", ["-c", program, wheel, deps]);
}

function compile() {
  const headers = [join(dirname(process.execPath), "..", "include", "node"), "/usr/include/node"].find((path) =>
    existsSync(join(path, "node_api.h")),
  );
  if (headers === undefined) {
    console.error("The headers of Node.js (node_api.h) were not found beside the executable nor in /usr/include/node.");
    process.exit(1);
  }
  mkdirSync(dirname(addon), { recursive: true });
  run(
    // biome-ignore lint/suspicious/noUndeclaredEnvVars: no cached task depends on it.
    process.env.CXX ?? "g++",
    [
      ...["-shared", "-fPIC", "-std=c++17", "-O2", "-DNAPI_VERSION=8", "-o", addon],
      ...[`-I${headers}`, `-I${join(deps, "include")}`, "binding/tfjs_backend.cc", "binding/tfjs_binding.cc"],
      ...[`-L${join(deps, "lib")}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
      "-Wl,-rpath,$ORIGIN/../../deps/lib",
    ],
    { cwd: folder },
  );
}
