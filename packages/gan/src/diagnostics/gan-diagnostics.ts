import { type Callback, type Json, random, type TrainingEvent } from "@latentkit/core";
import {
  check,
  checkTensor,
  flag,
  instance,
  integer,
  number,
  optional,
  resolveOptions,
  withDefault,
} from "@latentkit/core/authoring";
import type { AdversarialLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { DETECTORS, type GanLimits } from "./detectors.js";
import type { DiagnosedModel } from "./diagnosed-model.js";
import { type GanFinding, type GanMeasurement, measurementToJson } from "./measurement.js";
import { meanDistance, meanPairDistance, pullOnSamples } from "./measures.js";

/** Options of {@link ganDiagnostics}. */
export interface GanDiagnosticsOptions extends Partial<GanLimits> {
  /** Steps between two looks. Default 100. */
  readonly every?: number;
  /** Samples of fixed latents that each look draws. Default 64. */
  readonly samples?: number;
  /** Seed of the fixed latents. Default 0. */
  readonly seed?: number;
  /** Some real examples, to compare the samples' variety with; without them it is compared with the run's own best. */
  readonly reference?: tf.Tensor;
  /** Share of modes or classes that samples cover, such as `async (x) => (await mixtureCoverage(x, ring)).modes / 8`. */
  readonly coverage?: (samples: tf.Tensor) => Promise<number>;
  /** Ends the run at the equilibrium of D at ½. Default false. */
  readonly stopAtEquilibrium?: boolean;
  /** Receives each finding when it begins. Default `console.warn` of its message. */
  readonly onFinding?: (finding: GanFinding) => void;
}

/** The callback, with what it has measured and found. */
export interface GanDiagnostics extends Callback {
  readonly measurements: readonly GanMeasurement[];
  readonly findings: readonly GanFinding[];
}

/**
 * Watches an adversarial run and names what goes wrong while it runs: mode collapse, oscillation, a vanishing generator
 * gradient, an overpowering discriminator; and the equilibrium of D at ½. Each finding says what was measured, the limit it
 * crossed, and what to try; it is reported again only after it had gone.
 *
 * Samples of the same latents are drawn at every look, so that their movement means something.
 *
 * **Source**: Goodfellow, "NIPS 2016 Tutorial: Generative Adversarial Networks", sections 5.1 and 5.2,
 * https://arxiv.org/abs/1701.00160; Arjovsky and Bottou, "Towards Principled Methods for Training GANs", 2017, theorem 2.4.
 *
 * @throws ConfigError for misspelt or impossible options.
 * @example
 * ```ts
 * import { ganDiagnostics, nonSaturatingGan } from "@latentkit/gan";
 * import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [16], outputShape: [2] });
 * const discriminator = mlpDiscriminator({ inputShape: [2], hiddenUnits: [16] });
 * const model = nonSaturatingGan({ generator, discriminator });
 * const diagnostics = ganDiagnostics(model, { every: 50, stopAtEquilibrium: true }); // for train's `callbacks`
 * ```
 */
export function ganDiagnostics(model: DiagnosedModel, options: GanDiagnosticsOptions = {}): GanDiagnostics {
  const owner = "ganDiagnostics";
  const {
    every,
    samples: count,
    seed,
    reference,
    coverage,
    stopAtEquilibrium,
    onFinding,
    ...limited
  } = resolveOptions(owner, OPTIONS, options);
  const { window, collapse, oscillation, vanishing, overpowering, equilibrium } = limited;
  const fits = typeof model?.sample === "function" && model.adversarialLoss !== undefined;
  check(owner).that("model", model, fits, "a model of this package with an adversarial loss");
  if (reference !== undefined) checkTensor(owner, "reference", reference);

  const measurements: GanMeasurement[] = [];
  const findings: GanFinding[] = [];
  const looks: Float32Array[] = [];
  let active = new Set<string>();
  let { realDiversity } = limited;

  const measure = async (event: TrainingEvent): Promise<void> => {
    if (reference !== undefined) realDiversity ??= meanPairDistance(await hostRows(reference), reference.shape[0]!);
    const samples = model.sample(count, random(seed).stream("diagnostics"));
    const rows = await hostRows(samples);
    const slope = await pullOnSamples(model, samples);
    const covered = await coverage?.(samples);
    samples.dispose();
    const before = looks.at(-1) ?? rows;
    looks.push(rows);
    if (looks.length > window + 1) looks.shift();
    measurements.push({
      step: event.step,
      ...outputs(event.logs, model.adversarialLoss),
      diversity: meanPairDistance(rows, count),
      movement: meanDistance(before, rows, count),
      displacement: meanDistance(looks[0]!, rows, count),
      ...(slope === undefined ? {} : { slope }),
      ...(covered === undefined ? {} : { coverage: covered }),
    });
  };

  return {
    name: "ganDiagnostics",
    every,
    measurements,
    findings,
    async onStep(event) {
      await measure(event);
      const limits: GanLimits = { window, realDiversity, collapse, oscillation, vanishing, overpowering, equilibrium };
      const found = DETECTORS.flatMap((detect) => detect(measurements, limits) ?? []);
      for (const finding of found) {
        if (active.has(finding.kind)) continue;
        findings.push(finding);
        onFinding(finding);
        if (finding.kind === "equilibrium" && stopAtEquilibrium) event.stop(finding.message);
      }
      active = new Set(found.map(({ kind }) => kind));
    },
    save: (): Json => measurements.map(measurementToJson),
    load: (state) => {
      measurements.length = 0;
      for (const measurement of state as unknown as GanMeasurement[]) measurements.push(measurement);
    },
  };
}

const OPTIONS = {
  every: integer({ min: 1, default: 100 }),
  samples: integer({ min: 2, default: 64 }),
  seed: integer({ min: 0, default: 0 }),
  reference: optional(instance<tf.Tensor>("a tensor of examples", (value) => value instanceof tf.Tensor)),
  coverage: optional(
    instance<NonNullable<GanDiagnosticsOptions["coverage"]>>(
      "a function of samples",
      (value) => typeof value === "function",
    ),
  ),
  stopAtEquilibrium: flag({ default: false }),
  onFinding: withDefault(
    instance<(finding: GanFinding) => void>("a function of findings", (value) => typeof value === "function"),
    ({ message }: GanFinding) => console.warn(`ganDiagnostics: ${message}`),
  ),
  window: integer({ min: 2, default: 5 }),
  realDiversity: optional(number({ min: 0 })),
  collapse: number({ above: 0, default: 0.25 }),
  oscillation: number({ above: 0, default: 0.25 }),
  vanishing: number({ above: 0, default: 0.01 }),
  overpowering: number({ above: 0, default: 0.05 }),
  equilibrium: number({ above: 0, default: 0.05 }),
};

/** The logged D(x) and D(G(z)) on the scale where samples aim at 0 and data at 1. */
function outputs(logs: TrainingEvent["logs"], { targets }: AdversarialLoss): { real?: number; fake?: number } {
  const [real, fake] = [logs["discriminator/real"], logs["discriminator/fake"]];
  if (targets === undefined || real === undefined || fake === undefined) return {};
  const scaled = (value: number) => (value - targets.fake) / (targets.real - targets.fake);
  return { real: scaled(real), fake: scaled(fake) };
}

async function hostRows(x: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await x.data());
}
