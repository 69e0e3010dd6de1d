/**
 * When a value at a place is known: before the place's row is begun (`row`: it follows from the rows above), just before the place is
 * drawn (`place`), or after (`after`: it follows from the place itself).
 */
export type Known = "row" | "place" | "after";

const ORDER: readonly Known[] = ["row", "place", "after"];

/** The later of some times. */
export function latest(...times: readonly Known[]): Known {
  return ORDER[Math.max(...times.map((time) => ORDER.indexOf(time)))]!;
}

/** Places at which values stand: of the picture, or of one that is `step` times as coarse. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly step: number;
}

/**
 * What a layer gives at every place, for all pictures at once: channels one after the other, each with the values of all pictures side by
 * side. Only the rows that are still looked at are kept.
 */
export class Value implements Grid {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly step: number;
  readonly known: Known;
  /** Groups of channels that become known one after the other; 1 when all do at once. */
  readonly blocks: number;
  #rows = 1;
  #wide: boolean;
  #base = 0;
  #rowBytes = 0;
  #placeBytes = 0;

  constructor(channels: number, { height, width, step }: Grid, known: Known, blocks = 1) {
    [this.channels, this.height, this.width, this.step] = [channels, height, width, step];
    [this.known, this.blocks] = [known, blocks];
    // What is computed a row at a time has to be kept a row at a time.
    this.#wide = known === "row";
  }

  /** Asks for the rows up to `rows` above to be kept, whole when other columns are looked at. */
  keep(rows: number, columns: boolean): void {
    this.#rows = Math.max(this.#rows, rows + 1);
    this.#wide ||= columns || rows > 0;
  }

  /** Floats that it needs. */
  size(lanes: number): number {
    return this.#rows * (this.#wide ? this.width : 1) * this.channels * lanes;
  }

  /** Gives it its place in memory. */
  place(base: number, lanes: number): void {
    this.#base = base;
    this.#placeBytes = this.channels * lanes * 4;
    this.#rowBytes = this.#wide ? this.width * this.#placeBytes : 0;
  }

  /** Address of the values at a place. */
  at(row: number, column: number): number {
    if (!this.#wide) return this.#base;
    return this.#base + (row % this.#rows) * this.#rowBytes + column * this.#placeBytes;
  }
}
