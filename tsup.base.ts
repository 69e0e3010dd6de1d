import { defineConfig, type Options } from "tsup";

type Config = ReturnType<typeof defineConfig>;

/** The one build of every package: ESM for Node 20.19+ and today's browsers; `tsc` writes the types beside it. */
export function library(entry: Options["entry"] = ["src/index.ts"]): Config {
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: [/^node:/, /^@latentkit\//, "vitest"],
    sourcemap: true,
    clean: true,
    dts: false,
    silent: true,
  });
}
