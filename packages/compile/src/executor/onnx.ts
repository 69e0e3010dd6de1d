import type { Executor, Random, StepProgram } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import { checkRuntimeOptions, type OnnxProvider } from "../runtime/load.js";
import type { OnnxRuntimeModule } from "../runtime/module.js";
import { PreparedOnnxStep } from "./prepared.js";
import { PreparedOnnxFunction } from "./prepared-function.js";
import { runtimeLoader, Shared } from "./shared.js";
import { reasonToStayEager } from "./stay-eager.js";

/** Options of {@link onnx}. */
export interface OnnxOptions {
  /**
   * Where steps run; `auto` is the native CPU in Node, and WebAssembly in browsers unless the page has no threads and the
   * `wasm` backend of `@latentkit/backends` is in use, which is then faster: such runs stay eager.
   */
  readonly provider?: OnnxProvider;
  /** Threads of one operation. By default ONNX Runtime decides. */
  readonly threads?: number;
  /** Updates of each program that are computed both ways and compared. Default 2. Where both agree the compiled one counts. */
  readonly verifySteps?: number;
  /** Relative difference of losses and gradients that is let pass beside what rounding explains. Default 1e-3. */
  readonly tolerance?: number;
  /** The ONNX Runtime module, for applications that load it themselves. */
  readonly runtime?: OnnxRuntimeModule;
  /** Receives one line when a program runs eagerly instead, with the reason. Default `console.warn`. */
  readonly warn?: (line: string) => void;
  /** Receives one line before something that takes a while. Default `console.info`. */
  readonly info?: (line: string) => void;
}

/**
 * An executor that records each program once and runs it as one ONNX graph, natively in Node and on WebAssembly or WebGPU
 * in browsers: `train(model, data, { executor: onnx() })`.
 *
 * The first updates of a run are computed eagerly too and compared. A program that cannot be compiled, or gives other
 * results, runs eagerly, and one line says why.
 *
 * @throws ConfigError for an unknown provider or a bad number.
 * @example
 * ```ts
 * import { onnx } from "@latentkit/compile";
 * const executor = onnx({ provider: "cpu", threads: 2 });
 * ```
 */
export function onnx(options: OnnxOptions = {}): Executor {
  const checker = check("onnx");
  checker.known(options, ["provider", "threads", "verifySteps", "tolerance", "runtime", "warn", "info"]);
  const { provider = "auto", threads, verifySteps = 2, tolerance = 1e-3, runtime } = options;
  const { warn = console.warn, info = console.info } = options;
  checkRuntimeOptions(checker, { provider, threads, runtime });
  checker.that("warn", warn, typeof warn === "function", "a function of messages");
  checker.that("info", info, typeof info === "function", "a function of messages");
  checker.integer("verifySteps", verifySteps, { min: 0 });
  checker.number("tolerance", tolerance, { above: 0 });
  const runtimeOptions = { provider, threads, runtime };
  const load = runtimeLoader(runtimeOptions, warn);
  const staysEager = () => reasonToStayEager(provider, threads);
  const how = { verifySteps, tolerance, warn, info };
  return {
    name: "onnx",
    compile: (fn) => new PreparedOnnxFunction(fn, new Shared(load, staysEager, how, 1)),
    prepare(programs: readonly StepProgram[], random: Random) {
      const shared = new Shared(load, staysEager, how, programs.length);
      return programs.map((program) => new PreparedOnnxStep(program, random, shared));
    },
  };
}
