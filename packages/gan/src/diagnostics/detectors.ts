import { maxOf } from "@latentkit/core/authoring";
import type { GanFinding, GanMeasurement } from "./measurement.js";

/** Limits that the detectors compare with; each is the default's meaning in words. */
export interface GanLimits {
  /** Looks that a pattern has to last. Default 5. */
  readonly window: number;
  /** Mean distance between real examples, when it is known. */
  readonly realDiversity: number | undefined;
  /** Collapse: samples closer together than this share of the data's, or of the run's own best. Default ¼. */
  readonly collapse: number;
  /** Oscillation: samples of the same noise move this share of the data's diversity between looks. Default ¼. */
  readonly oscillation: number;
  /** Vanishing: the pull on samples below this share of the run's strongest. Default 0.01. */
  readonly vanishing: number;
  /** Overpowering: D this close to its targets on data and on samples. Default 0.05. */
  readonly overpowering: number;
  /** Equilibrium: D this close to the middle on both. Default 0.05. */
  readonly equilibrium: number;
}

/** Looks at the measurements so far and names what it finds at the newest. */
type Detector = (all: readonly GanMeasurement[], limits: GanLimits) => GanFinding | undefined;

const show = (value: number): string => String(Number(value.toPrecision(3)));

/** The newest measurements, or none before the window is full. */
function recent(all: readonly GanMeasurement[], { window }: GanLimits): readonly GanMeasurement[] | undefined {
  return all.length <= window ? undefined : all.slice(-window);
}

function finding(
  kind: GanFinding["kind"],
  at: GanMeasurement,
  quantity: string,
  value: number,
  limit: number,
  advice: string,
): GanFinding {
  const message = `step ${at.step}: ${quantity} is ${show(value)} (limit ${show(limit)}). ${advice}`;
  return { kind, step: at.step, quantity, value, limit, message };
}

/** How far apart examples are: the data's when known, else the run's own best. */
function typicalDistance(all: readonly GanMeasurement[], { realDiversity }: GanLimits): number {
  return realDiversity ?? maxOf(all.map(({ diversity }) => diversity));
}

/** Samples have lost their variety, or modes that they had covered. */
const modeCollapse: Detector = (all, limits) => {
  const last = recent(all, limits);
  if (last === undefined) return undefined;
  const now = last.at(-1)!;
  const advice =
    "Mode collapse: try packing (`pack: 2`), minibatch discrimination, `replay`, an R1 or gradient penalty, or a lower learning rate of the generator.";
  const limit = limits.collapse * typicalDistance(all, limits);
  if (last.every(({ diversity }) => diversity < limit)) {
    return finding("modeCollapse", now, "the mean distance between samples", now.diversity, limit, advice);
  }
  const covered = maxOf(all.map(({ coverage }) => coverage ?? 0));
  if (covered > 0 && last.every(({ coverage = 0 }) => coverage <= covered / 2)) {
    return finding("modeCollapse", now, "the share of modes covered", now.coverage ?? 0, covered / 2, advice);
  }
  return undefined;
};

/** Samples of the same noise keep moving far and get nowhere. */
const oscillation: Detector = (all, limits) => {
  const last = recent(all, limits);
  if (last === undefined) return undefined;
  const now = last.at(-1)!;
  const path = last.reduce((sum, { movement }) => sum + movement, 0);
  const limit = limits.oscillation * typicalDistance(all, limits);
  const everyMove = last.every(({ movement }) => movement > limit);
  // A path three times as long as its end is far: not progress but circling.
  if (!everyMove || now.displacement * 3 > path) return undefined;
  return finding(
    "oscillation",
    now,
    "the distance that samples of the same noise move between two looks",
    path / last.length,
    limit,
    "Oscillation: the players circle each other. Try an R1 or gradient penalty, lower learning rates, β₁ of 0 or 0.5, or an average of the generator's weights (`ema`).",
  );
};

/** The discriminator is sure, and its gradient pulls samples nowhere. */
const vanishingGradient: Detector = (all, limits) => {
  const last = recent(all, limits);
  if (last === undefined || !last.every(sure)) return undefined;
  const now = last.at(-1)!;
  const limit = limits.vanishing * maxOf(all.map(({ slope }) => slope ?? 0));
  if (!(limit > 0) || !last.every(({ slope }) => slope !== undefined && slope < limit)) return undefined;
  const advice =
    "Vanishing generator gradient: use the non-saturating loss instead of minimax, a Wasserstein loss, instance noise that overlaps data and samples, or a weaker discriminator.";
  return finding(
    "vanishingGradient",
    now,
    "the gradient of the generator's loss at its samples",
    now.slope!,
    limit,
    advice,
  );
};

/** True when data and samples are told apart by more than half of the scale. */
const sure = ({ real, fake }: GanMeasurement): boolean => real !== undefined && fake !== undefined && real - fake > 0.5;

/** The discriminator makes no mistakes. */
const overpoweringDiscriminator: Detector = (all, limits) => {
  const last = recent(all, limits);
  const wins = ({ real, fake }: GanMeasurement) =>
    real !== undefined && fake !== undefined && real > 1 - limits.overpowering && fake < limits.overpowering;
  if (last === undefined || !last.every(wins)) return undefined;
  const now = last.at(-1)!;
  const advice =
    "Overpowering discriminator: give it a lower learning rate or fewer updates, one-sided label smoothing (`realLabel: 0.9`), instance noise, or a penalty on its gradient.";
  return finding("overpoweringDiscriminator", now, "D(G(z))", now.fake!, limits.overpowering, advice);
};

/** The discriminator cannot tell data from samples, and samples rest. */
const equilibrium: Detector = (all, limits) => {
  const last = recent(all, limits);
  const far = limits.oscillation * typicalDistance(all, limits);
  const even = ({ real, fake, movement }: GanMeasurement) =>
    real !== undefined &&
    fake !== undefined &&
    movement < far &&
    Math.abs(real - 0.5) < limits.equilibrium &&
    Math.abs(fake - 0.5) < limits.equilibrium;
  if (last === undefined || !last.every(even)) return undefined;
  const now = last.at(-1)!;
  const advice =
    "Equilibrium: D is at ½ on data and samples. Look at coverage before you stop: a discriminator that is too weak is at ½ as well.";
  return finding(
    "equilibrium",
    now,
    "the distance of D(G(z)) from ½",
    Math.abs(now.fake! - 0.5),
    limits.equilibrium,
    advice,
  );
};

/** All detectors, in the order of their reports. */
export const DETECTORS: readonly Detector[] = [
  modeCollapse,
  oscillation,
  vanishingGradient,
  overpoweringDiscriminator,
  equilibrium,
];
