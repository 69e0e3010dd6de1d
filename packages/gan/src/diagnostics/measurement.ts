import type { Json } from "@latentkit/core";

/** What one look at a run measures. */
export interface GanMeasurement {
  /** Steps done. */
  readonly step: number;
  /** Mean D(x) as logged, on the scale where samples aim at 0 and data at 1; absent for critics. */
  readonly real?: number;
  /** Mean D(G(z)), likewise. */
  readonly fake?: number;
  /** Mean distance between samples of the fixed latents, in the data's units. */
  readonly diversity: number;
  /** Mean distance that those samples have moved since the look before; 0 at the first. */
  readonly movement: number;
  /** Mean distance to where they were `window` looks ago, or at the first look. */
  readonly displacement: number;
  /** Mean norm of a sample's gradient of the generator's loss, times the batch: the pull on a sample. */
  readonly slope?: number;
  /** What `coverage` gave: share of modes or classes found. */
  readonly coverage?: number;
}

/** Something that a run was found to do. */
export interface GanFinding {
  /** What it is called. */
  readonly kind: "modeCollapse" | "oscillation" | "vanishingGradient" | "overpoweringDiscriminator" | "equilibrium";
  /** When it was found. */
  readonly step: number;
  /** What was measured, by name. */
  readonly quantity: string;
  readonly value: number;
  /** The value it was compared with. */
  readonly limit: number;
  /** What was measured and what to try, in one line. */
  readonly message: string;
}

/** A measurement as JSON, without absent values. */
export function measurementToJson(measurement: GanMeasurement): Json {
  return Object.fromEntries(Object.entries(measurement).filter(([, value]) => value !== undefined));
}
