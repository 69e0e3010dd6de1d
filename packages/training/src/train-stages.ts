import { type Batch, CheckpointError, ConfigError, type Dataset, type Model } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { checkSharedOptions } from "./check-options.js";
import type { CheckpointOptions, TrainOptions, TrainResult } from "./options.js";
import { fullOptions } from "./plain-options.js";
import { train } from "./train.js";

/** One stage of a training that changes what is trained as it goes on. */
export interface Stage<B extends Batch = Batch> {
  /** Names the stage's folder: letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  readonly model: Model<B>;
  readonly data: Dataset<B>;
  /** How this stage is trained; what it does not say is that of all stages. */
  readonly options?: TrainOptions<B>;
}

/** Where the checkpoints of all stages go. */
export type StageCheckpoints = Omit<CheckpointOptions, "folder" | "store"> & { readonly folder: string };

/** Options of all stages, and where their checkpoints go. */
export interface TrainStagesOptions<B extends Batch> extends Omit<TrainOptions<B>, "checkpoint"> {
  /** The folder that gets a folder for each stage, or more about checkpoints; with `resume` a run that ended goes on in the stage that it was in. */
  readonly checkpoint?: string | StageCheckpoints;
}

/** What {@link trainStages} returns. */
export interface StagesResult {
  /** Results of the stages that were trained, in their order. */
  readonly stages: readonly TrainResult[];
  /** Why it ended: `completed`, or `aborted` by the signal. */
  readonly stopped: "completed" | "aborted";
}

/** A stage, or what makes it when the stages before it are trained. */
export type StageMaker<B extends Batch> = Stage<B> | (() => Stage<B> | Promise<Stage<B>>);

/**
 * Trains one stage after another: the levels of a greedy stack, the sizes of a network that grows, pre-training and fine-tuning.
 * Each is a run of {@link train} with checkpoints in a folder of its own, `1-first`, `2-second`, …; resumed, stages that are finished
 * are passed through at once, their weights restored, and the one that was interrupted goes on exactly where it was.
 *
 * A stage that a callback stops early is finished, and the next begins; a signal ends the whole.
 *
 * @param stages - In their order. A function is called when its turn comes, and may build on the models before it.
 * @throws ConfigError for stages without a name or with one that another has; others as {@link train} does.
 * @example
 * ```ts
 * import { greedyAutoencoder } from "@latentkit/autoencoders";
 * import { glyphs } from "@latentkit/data";
 * import { trainStages } from "@latentkit/training";
 * const data = glyphs({ count: 128 });
 * const model = greedyAutoencoder({ inputShape: [28, 28, 1], units: [64, 16] });
 * const stages = model.stages.map((stage, i) => ({ name: `level${i + 1}`, model: stage, data }));
 * const { stopped } = await trainStages(stages, { epochs: 1 });
 * console.log(stopped); // completed
 * ```
 */
export async function trainStages<B extends Batch>(
  stages: readonly StageMaker<B>[],
  options: TrainStagesOptions<B> = {},
): Promise<StagesResult> {
  const full = fullOptions(options as TrainOptions<B>);
  checkSharedOptions("trainStages", full);
  const { checkpoint: given, ...shared } = full;
  const checkpoint = given as StageCheckpoints | undefined;
  check("trainStages").that("stages", stages, Array.isArray(stages) && stages.length > 0, "a list of stages");
  const results: TrainResult[] = [];
  const names = new Set<string>();
  for (const [i, maker] of stages.entries()) {
    const stage = typeof maker === "function" ? await maker() : maker;
    checkName(stage, i, names);
    const folder = checkpoint && files.join(checkpoint.folder, `${i + 1}-${stage.name}`);
    const finished = folder && checkpoint.resume ? await finishedAt(folder) : undefined;
    const result = await train(stage.model, stage.data, {
      ...shared,
      ...spans(shared, stage.options),
      // A stage that a callback ended ends there again, whatever its options say.
      ...(finished !== undefined && { steps: finished, epochs: undefined }),
      ...(checkpoint && {
        checkpoint: { ...checkpoint, ...(stage.options && fullOptions(stage.options).checkpoint), folder },
      }),
    });
    results.push(result);
    if (result.stopped === "aborted") return { stages: results, stopped: "aborted" };
    if (folder !== undefined) await finish(folder, result.step);
  }
  return { stages: results, stopped: "completed" };
}

const FINISHED = "finished.json";

/** The step at which a stage ended, once it has. */
async function finishedAt(folder: string): Promise<number | undefined> {
  if (!(await files.listFolder(folder)).includes(FINISHED)) return undefined;
  const path = files.join(folder, FINISHED);
  try {
    const { step } = JSON.parse(new TextDecoder().decode(await files.readBytes(path))) as { readonly step?: unknown };
    if (Number.isSafeInteger(step) && (step as number) > 0) return step as number;
  } catch (cause) {
    throw new CheckpointError(`trainStages: ${path} is damaged; remove it to train the stage to its end again.`, {
      cause,
    });
  }
  throw new CheckpointError(`trainStages: ${path} is damaged; remove it to train the stage to its end again.`);
}

async function finish(folder: string, step: number): Promise<void> {
  await files.writeBytes(files.join(folder, FINISHED), new TextEncoder().encode(JSON.stringify({ step })));
}

/** A stage's own options; its `steps` take the place of all stages' `epochs`, and the other way round. */
function spans<B extends Batch>(
  shared: Omit<TrainOptions<B>, "checkpoint">,
  own: TrainOptions<B> = {},
): TrainOptions<B> {
  if (own.steps !== undefined && shared.epochs !== undefined) return { ...own, epochs: undefined };
  if (own.epochs !== undefined && shared.steps !== undefined) return { ...own, steps: undefined };
  return own;
}

function checkName({ name }: { readonly name: string }, i: number, names: Set<string>): void {
  const fits = typeof name === "string" && /^[\w.-]+$/.test(name);
  check("trainStages").that(`stages[${i}].name`, name, fits, "letters, digits, '-', '_' and '.'");
  if (names.has(name)) {
    throw new ConfigError(`trainStages: expected stages with distinct names, received '${name}' twice.`);
  }
  names.add(name);
}
