import { loadRuntime, type Runtime, type RuntimeOptions } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { reasonToStayEager } from "./stay-eager.js";

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

/** ONNX Runtime and the weights in its hands, for the programs of one run or for one function. */
export class Shared {
  readonly options: CheckOptions;
  readonly #runtimeOptions: RuntimeOptions;
  #loading: Promise<{ readonly runtime: Runtime; readonly store: StateStore } | undefined> | undefined;
  #users: number;
  readonly #ended: Releasable[] = [];

  /** @param users - Each of them calls {@link Shared.release} once. */
  constructor(runtimeOptions: RuntimeOptions, options: CheckOptions, users: number) {
    this.#runtimeOptions = runtimeOptions;
    this.options = options;
    this.#users = users;
  }

  /** Why the run is better left eager, if it is. */
  reasonToStayEager(): string | undefined {
    return reasonToStayEager(this.#runtimeOptions.provider, this.#runtimeOptions.threads);
  }

  /** Loads ONNX Runtime at the first call; nothing where it does not load, which one line says for all programs of a run. */
  load(): Promise<{ readonly runtime: Runtime; readonly store: StateStore } | undefined> {
    this.#loading ??= loadRuntime(this.#runtimeOptions).then(
      (runtime) => ({ runtime, store: new StateStore(runtime.ort) }),
      (error: Error) => {
        this.options.warn(`onnx: everything runs eagerly: ${sentence(error.message)}`);
        return undefined;
      },
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
