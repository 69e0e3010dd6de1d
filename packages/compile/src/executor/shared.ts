import { loadRuntime, type Runtime, type RuntimeOptions } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";

/** How results are checked and what is said. */
export interface CheckOptions {
  readonly verifySteps: number;
  readonly tolerance: number;
  /** Takes one line when something runs eagerly, with the reason. */
  readonly warn: (line: string) => void;
  /** Takes one line when something takes a while. */
  readonly info: (line: string) => void;
}

/** What can be given back. */
interface Releasable {
  dispose(): Promise<void>;
}

/** Loads ONNX Runtime at the first call; nothing where it does not load, which one line says. */
export function runtimeLoader(
  options: RuntimeOptions,
  warn: (line: string) => void,
): () => Promise<Runtime | undefined> {
  let loading: Promise<Runtime | undefined> | undefined;
  return () => {
    loading ??= loadRuntime(options).catch((error: Error) => {
      warn(`onnx: everything runs eagerly: ${sentence(error.message)}`);
      return undefined;
    });
    return loading;
  };
}

/** ONNX Runtime and the weights in its hands, for the programs of one run or for one function. */
export class Shared {
  readonly options: CheckOptions;
  /** Why work is better left eager, if it is. */
  readonly reasonToStayEager: () => string | undefined;
  readonly #loadRuntime: () => Promise<Runtime | undefined>;
  #loading: Promise<{ readonly runtime: Runtime; readonly store: StateStore } | undefined> | undefined;
  #users: number;
  readonly #ended: Releasable[] = [];

  /** @param users - Each of them calls {@link Shared.release} once. */
  constructor(
    load: () => Promise<Runtime | undefined>,
    reasonToStayEager: () => string | undefined,
    options: CheckOptions,
    users: number,
  ) {
    this.#loadRuntime = load;
    this.reasonToStayEager = reasonToStayEager;
    this.options = options;
    this.#users = users;
  }

  /** ONNX Runtime with a store of its own; nothing where it does not load. */
  load(): Promise<{ readonly runtime: Runtime; readonly store: StateStore } | undefined> {
    this.#loading ??= this.#loadRuntime().then((runtime) =>
      runtime === undefined ? undefined : { runtime, store: new StateStore(runtime.ort) },
    );
    return this.#loading;
  }

  /** Frees everything when its last user is done: tensors on a device go before the sessions that made them. */
  async release(owned: readonly Releasable[]): Promise<void> {
    this.#ended.push(...owned);
    this.#users--;
    if (this.#users > 0) return;
    const loaded = await this.#loading;
    for (const releasable of [...(loaded === undefined ? [] : [loaded.store]), ...this.#ended]) {
      try {
        await releasable.dispose();
      } catch (error) {
        this.options.warn(`onnx: something could not be freed: ${sentence((error as Error).message)}`);
      }
    }
  }
}

/** A message of ours or another's as the end of a line. */
export function sentence(message: string): string {
  return `${message.replace(/^(compile|onnx): /, "").replace(/[.\s]+$/, "")}.`;
}
