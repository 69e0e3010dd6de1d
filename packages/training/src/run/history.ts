import type { HistoryRow } from "@latentkit/core";

/** The rows of a run, and the newest of all values. */
export class History {
  readonly rows: HistoryRow[] = [];
  #logs: Readonly<Record<string, number>> = {};
  readonly #warned = new Set<string>();

  /** The newest values by name. */
  get logs(): Readonly<Record<string, number>> {
    return this.#logs;
  }

  /**
   * Adds values to the row of a step, which is made when there is none.
   *
   * @param warn - Told once of each value that is not finite.
   */
  log(step: number, epoch: number, values: Readonly<Record<string, number>>, warn: (message: string) => void): void {
    if (Object.keys(values).length === 0) return;
    this.#logs = { ...this.#logs, ...values };
    const last = this.rows.at(-1);
    if (last?.step === step) this.rows[this.rows.length - 1] = { ...last, ...values };
    else this.rows.push({ step, epoch, ...values });
    for (const [name, value] of Object.entries(values)) {
      if (Number.isFinite(value) || this.#warned.has(name)) continue;
      this.#warned.add(name);
      warn(`train: \`${name}\` became ${value} at step ${step}.`);
    }
  }
}
