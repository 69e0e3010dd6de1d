import type { Graph } from "../graph/types.js";
import { removeDeadCode } from "./dead-code.js";

/** All passes, in the order in which each prepares the next. */
export function optimize(graph: Graph): Graph {
  return removeDeadCode(graph);
}
