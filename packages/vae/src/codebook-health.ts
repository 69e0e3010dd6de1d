import type { Callback, Json } from "@latentkit/core";
import { check, instance, integer, number, resolveOptions, withDefault } from "@latentkit/core/authoring";
import type { Codebook } from "@latentkit/losses";

/** What one look at a table of codes measures. */
export interface CodebookMeasurement {
  /** Steps done. */
  readonly step: number;
  /** Which table: `1`, or `2` and so on for further codebooks and levels. */
  readonly table: number;
  /** exp of the entropy of what was chosen lately: how many codes it would take if all were chosen as often. */
  readonly perplexity: number;
  /** Share of the codes that the last hundred batches chose at all. */
  readonly used: number;
}

/** Something that a table of codes was found to do. */
export interface CodebookFinding extends CodebookMeasurement {
  /** `collapse`: few codes do all the work; `deadCodes`: many are never chosen. */
  readonly kind: "collapse" | "deadCodes";
  /** What was measured and what to try, in one line. */
  readonly message: string;
}

/** Options of {@link codebookHealth}. */
export interface CodebookHealthOptions {
  /** Steps between two looks. Default 100. */
  readonly every?: number;
  /** Looks in a row that a pattern has to last. Default 3. */
  readonly window?: number;
  /** Collapse: a perplexity below this share of the codes. Default 0.1. */
  readonly collapse?: number;
  /** Dead codes: a share in use below this. Default 0.5. */
  readonly used?: number;
  /** Receives each finding when it begins. Default `console.warn` of its message. */
  readonly onFinding?: (finding: CodebookFinding) => void;
}

/** The callback, with what it has measured and found. */
export interface CodebookHealth extends Callback {
  readonly measurements: readonly CodebookMeasurement[];
  readonly findings: readonly CodebookFinding[];
}

const OPTIONS = {
  every: integer({ min: 1, default: 100 }),
  window: integer({ min: 1, default: 3 }),
  collapse: number({ above: 0, below: 1, default: 0.1 }),
  used: number({ above: 0, below: 1, default: 0.5 }),
  onFinding: withDefault(
    instance<(finding: CodebookFinding) => void>("a function of findings", (value) => typeof value === "function"),
    ({ message }: CodebookFinding) => console.warn(`codebookHealth: ${message}`),
  ),
};

/**
 * Watches the codebooks of a run and says in words when one collapses, that is, when few of its codes do all the work, or when many are
 * never chosen, with what to try. A finding is reported again only after it had gone.
 *
 * **Source**: for the remedies: Dhariwal et al., "Jukebox", 2020, section 3.1, https://arxiv.org/abs/2005.00341; Yu et al.,
 * "Vector-quantized Image Modeling with Improved VQGAN", 2022, section 3.2, https://arxiv.org/abs/2110.04627; Mentzer et al., "Finite
 * Scalar Quantization", 2023, https://arxiv.org/abs/2309.15505
 *
 * @param model - A model with codebooks, such as a `vqVae`.
 * @throws ConfigError for misspelt or impossible options, and for a model without codebooks.
 * @example
 * ```ts
 * import { mapDecoder, mapEncoder } from "@latentkit/layers";
 * import { vectorQuantizer } from "@latentkit/losses";
 * import { codebookHealth, vqVae } from "@latentkit/vae";
 * const model = vqVae({
 *   encoder: mapEncoder({ inputShape: [8, 8, 1], filters: [4], channels: 2 }),
 *   decoder: mapDecoder({ inputShape: [4, 4, 2], filters: [4], outputShape: [8, 8, 1] }),
 *   quantizer: vectorQuantizer({ codes: 16, dim: 2 }),
 * });
 * const health = codebookHealth(model, { every: 50 }); // for train's `callbacks`
 * ```
 */
export function codebookHealth(
  model: { readonly codebooks: readonly Codebook[] },
  options: CodebookHealthOptions = {},
): CodebookHealth {
  const owner = "codebookHealth";
  const { every, window, onFinding, ...limits } = resolveOptions(owner, OPTIONS, options);
  const fits = Array.isArray(model?.codebooks) && model.codebooks.length > 0;
  check(owner).that("model", model, fits, "a model with codebooks, such as a vqVae");
  const measurements: CodebookMeasurement[] = [];
  const findings: CodebookFinding[] = [];
  let active = new Set<string>();

  /** What the newest looks at a table have in common. */
  const judge = (table: number, { quantizer }: Codebook): CodebookFinding | undefined => {
    const looks = measurements.filter((look) => look.table === table).slice(-window);
    const now = looks.at(-1)!;
    // Before a hundred batches a code that is rarely chosen may not have had its chance.
    if (looks.length < window || now.step < 100) return undefined;
    const codes = quantizer.codeCount;
    const facts = `step ${now.step}: table ${table} has a perplexity of ${show(now.perplexity)} of ${codes} codes, ${show(100 * now.used)} % of them in use`;
    if (looks.every(({ perplexity }) => perplexity < limits.collapse * codes)) {
      const message = `${facts} (limits ${show(limits.collapse * codes)} and ${show(100 * limits.used)} %). Codebook collapse: ${adviceOf(quantizer.name)}`;
      return { ...now, kind: "collapse", message };
    }
    if (looks.every(({ used }) => used < limits.used)) {
      const message = `${facts} (limit ${show(100 * limits.used)} %). Dead codes: ${adviceOf(quantizer.name)}`;
      return { ...now, kind: "deadCodes", message };
    }
    return undefined;
  };

  return {
    name: owner,
    every,
    measurements,
    findings,
    async onStep({ step }) {
      const found: CodebookFinding[] = [];
      let table = 0;
      for (const codebook of model.codebooks) {
        const health = codebook.health();
        const values = await health.data();
        health.dispose();
        for (let i = 0; i < values.length; i += 2) {
          table++;
          measurements.push({ step, table, perplexity: values[i]!, used: values[i + 1]! });
          found.push(...[judge(table, codebook) ?? []].flat());
        }
      }
      for (const finding of found) {
        if (active.has(keyOf(finding))) continue;
        findings.push(finding);
        onFinding(finding);
      }
      active = new Set(found.map(keyOf));
    },
    save: (): Json => measurements.map((measurement) => ({ ...measurement })),
    load: (state) => {
      measurements.splice(0, measurements.length, ...(state as unknown as CodebookMeasurement[]));
    },
  };
}

const keyOf = ({ kind, table }: CodebookFinding): string => `${kind} ${table}`;

const show = (value: number): string => String(Number(value.toPrecision(3)));

function adviceOf(quantizer: string): string {
  if (quantizer === "finiteScalarQuantizer") return "try fewer `levels`, or an encoder with more room before them.";
  return 'try `restart: { below: 2 }`, `initialization: "kMeans"`, smaller codes (`projectedDim` of 8 to 32) or `distance: "cosine"`, fewer codes, a lower learning rate, or a finiteScalarQuantizer, which has no table that could collapse.';
}
