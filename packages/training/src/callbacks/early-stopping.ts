import { type Callback, ConfigError } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** The validation value to watch, such as `validation/vae/loss`. */
  readonly monitor: string;
  /** Validations without improvement before the run ends. Default 5. */
  readonly patience?: number;
  /** What counts as an improvement: more than this. Default 0. */
  readonly minDelta?: number;
  /** Whether smaller or larger is better. Default `min`. */
  readonly mode?: "min" | "max";
}

/**
 * Ends a run when a validation value has stopped improving. Its best value and patience are part of checkpoints.
 *
 * **Source**: Prechelt, "Early Stopping — But When?", 1998, criterion UP.
 *
 * @throws ConfigError during training when the value is not among those that validation gives.
 * @example
 * ```ts
 * import { earlyStopping } from "@latentkit/training";
 * const callbacks = [earlyStopping({ monitor: "validation/vae/loss", patience: 3 })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions): Callback {
  const checks = check("earlyStopping");
  checks.known(options, ["monitor", "patience", "minDelta", "mode"]);
  const { monitor, patience = 5, minDelta = 0, mode = "min" } = options;
  checks.that("monitor", monitor, typeof monitor === "string" && monitor !== "", "the name of a validation value");
  checks.integer("patience", patience, { min: 1 });
  checks.number("minDelta", minDelta, { min: 0 });
  checks.oneOf("mode", mode, ["min", "max"]);
  let state: { best: number | null; waited: number } = { best: null, waited: 0 };
  return {
    name: `earlyStopping ${monitor}`,
    onValidation({ logs, stop }) {
      const value = logs[monitor];
      if (value === undefined) {
        const known = Object.keys(logs).filter((name) => name.startsWith("validation/"));
        throw new ConfigError(
          `earlyStopping: expected \`monitor\` to be one of ${known.join(", ")}, received '${monitor}'.`,
        );
      }
      // A value that is no number, or infinite, is never the best: nothing could be better than it, or worse.
      const gain = !Number.isFinite(value)
        ? Number.NEGATIVE_INFINITY
        : state.best === null
          ? Infinity
          : mode === "min"
            ? state.best - value
            : value - state.best;
      state = gain > minDelta ? { best: value, waited: 0 } : { best: state.best, waited: state.waited + 1 };
      if (state.waited >= patience) {
        stop(`${monitor} has not improved on ${state.best} for ${patience} validations`);
      }
    },
    save: () => state,
    load(saved) {
      state = saved as typeof state;
    },
  };
}
