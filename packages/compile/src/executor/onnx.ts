import { check, compileEagerly, type Executor, type Random, type StepProgram } from "@latentkit/core";
import { checkRuntimeOptions, loadRuntime, type OnnxProvider, type OnnxRuntimeModule } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { PreparedOnnxStep, type SharedRuntime } from "./prepared.js";
import { reasonToStayEager } from "./stay-eager.js";

/** Options of {@link onnx}. */
export interface OnnxOptions {
  /**
   * Where steps run; `auto` is the native CPU in Node, and WebAssembly in browsers unless the page has no threads and the
   * `wasm` backend of `@latentkit/backends` is in use, which is then faster: such runs stay eager.
   */
  readonly provider?: OnnxProvider;
  /** Threads of one operation; ONNX Runtime decides unless given. */
  readonly threads?: number;
  /** Updates of each program that are computed both ways and compared before compiled results are used; default 2. */
  readonly verifySteps?: number;
  /** Relative difference between the two that is let pass; default 1e-3. */
  readonly tolerance?: number;
  /** The ONNX Runtime module, for applications that load it themselves. */
  readonly runtime?: OnnxRuntimeModule;
  /** Receives one line when a program runs eagerly instead, with the reason; default `console.warn`. */
  readonly warn?: (line: string) => void;
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
  const { provider = "auto", threads, verifySteps = 2, tolerance = 1e-3, runtime, warn = console.warn } = options;
  const checker = check("onnx");
  checker.known(options, ["provider", "threads", "verifySteps", "tolerance", "runtime", "warn"]);
  checkRuntimeOptions(checker, provider, threads);
  checker.integer("verifySteps", verifySteps, { min: 0 });
  checker.number("tolerance", tolerance, { above: 0 });
  return {
    name: "onnx",
    compile: compileEagerly,
    prepare(programs: readonly StepProgram[], random: Random) {
      let loading: Promise<SharedRuntime> | undefined;
      const load = async (): Promise<SharedRuntime> => {
        const loaded = await loadRuntime({ provider, threads, runtime });
        return { runtime: loaded, store: new StateStore(loaded.ort) };
      };
      const shared = (): Promise<SharedRuntime> => {
        loading ??= load();
        return loading;
      };
      const closers: (() => void)[] = [];
      const release = async (close: () => void): Promise<void> => {
        closers.push(close);
        if (closers.length < programs.length) return;
        // Tensors on a device go before the sessions that made them.
        (await loading)?.store.dispose();
        for (const closeSessions of closers) closeSessions();
      };
      const how = {
        ...{ verifySteps, tolerance, warn, release },
        reasonToStayEager: () => reasonToStayEager(provider, threads),
      };
      return programs.map((program) => new PreparedOnnxStep(program, random, shared, how));
    },
  };
}
