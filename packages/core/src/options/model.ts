import type { Json } from "../types/json.js";
import type { Model } from "../types/model.js";
import { within } from "./brought-networks.js";
import type { Option } from "./option.js";
import { instance } from "./values.js";

/** A model of another factory, which files describe within the model that is made of it. */
export function model<M extends Model<never>>(
  expected = "a model",
  accepts: (value: M) => boolean = () => true,
): Option<M, "required"> {
  return {
    ...instance<M>(expected, (value) => typeof (value as M | null)?.describe === "function" && accepts(value as M)),
    toJSON: (value) => value.describe() as Json,
    fromJSON(json, context) {
      const inner = within(context).networks;
      // Files of the first release hold the networks of a model within the model under the names that it gives them itself.
      const networks = Object.keys(inner).length === 0 ? context.networks : inner;
      return context.build(json, context.source, networks) as M;
    },
    networksOf: ({ networks }) => networks,
  };
}
