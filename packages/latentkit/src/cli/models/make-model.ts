import type { AnyFactory, DataBatch, Model } from "@latentkit/core";
import { KINDS } from "../../kinds.js";
import { UsageError } from "../command.js";
import type { OpenedData } from "../data/open-data.js";
import { networksFor, type Setting } from "./networks.js";
import { likelihoodOf, RECIPES } from "./recipes.js";

/** The factory of a kind. */
export function factoryOf(kind: string): AnyFactory {
  const found = KINDS.find((factory) => factory.kind === kind);
  const refused = RECIPES[kind]?.refused;
  if (found !== undefined && refused !== undefined) {
    throw new UsageError(`train: '${kind}' is not made from a command line: ${refused}`);
  }
  if (found !== undefined) return found;
  throw new UsageError(`train: expected the model to be one of ${trainable().join(", ")}, received '${kind}'`);
}

/** Kinds that can be made from a command line. */
export function trainable(): string[] {
  return KINDS.map(({ kind }) => kind).filter((kind) => RECIPES[kind]?.refused === undefined);
}

/** A new model for the data: its networks and what a specification asks for beside them, with the options that were given. */
export function makeModel(
  factory: AnyFactory,
  opened: OpenedData,
  given: Readonly<Record<string, unknown>>,
  setting: Omit<Setting, "shape" | "unit" | "classes">,
): Model<DataBatch> {
  const { kind, specification } = factory;
  const recipe = RECIPES[kind] ?? {};
  const { shape, classes } = opened;
  if (recipe.classes && classes === undefined) {
    throw new UsageError(
      `train: '${kind}' is told classes, and the data have none; for a .csv file, name them with --label`,
    );
  }
  const wanted = recipe.rank === 2 ? "sequences" : "pictures";
  if (recipe.rank !== undefined && shape.length !== recipe.rank) {
    throw new UsageError(`train: '${kind}' takes ${wanted}, received examples of shape [${shape.join(", ")}]`);
  }
  const has = (name: string): boolean => Object.hasOwn(specification, name);
  const options: Record<string, unknown> = {
    ...(has("inputShape") && { inputShape: shape }),
    ...(has("seed") && { seed: setting.seed }),
    ...(has("datasetSize") && { datasetSize: opened.data.size }),
    ...(has("likelihood") && { likelihood: likelihoodOf(opened) }),
    ...recipe.options?.(opened, setting),
    ...given,
  };
  const networks = networksFor(factory, options, { ...setting, ...opened }, recipe.wishes?.(options, opened) ?? {});
  // What the specification asks for, made from it: the factory checks it all.
  return (factory as unknown as (options: object) => Model<DataBatch>)({ ...networks, ...options });
}
