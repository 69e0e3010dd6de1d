import { loadModel, type Model, UnsupportedError } from "@latentkit/core";
import { KINDS } from "../../kinds.js";

/**
 * Opens a model's file, or the newest checkpoint in a folder, for a command that needs some of its functions.
 *
 * @throws UnsupportedError for a model that lacks one.
 */
export async function openModel<M extends Model<never>>(
  command: string,
  path: string,
  needed: readonly (keyof M & string)[],
  words: string,
): Promise<M> {
  const model = await loadModel(path, KINDS);
  if (needed.every((name) => typeof (model as unknown as Partial<M>)[name] === "function"))
    return model as unknown as M;
  model.dispose();
  throw new UnsupportedError(`${command}: expected a model that ${words}, received a '${model.kind}', which does not.`);
}
