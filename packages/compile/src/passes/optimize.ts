import type { Graph } from "../graph/types.js";
import { blendByProducts } from "./blend.js";
import { sinkBroadcasts, sinkReshapedBroadcast, sumBroadcasts, trimOperands } from "./broadcast.js";
import { shareCommonSubexpressions } from "./common.js";
import { removeDeadCode } from "./dead-code.js";
import { joinFactors, takeFactorOutOfPair, takeFactorsOutOfSums } from "./factors.js";
import { flattenState } from "./flatten-state.js";
import { dropIdentities, foldConstants, foldMoves } from "./fold.js";
import { absorbFactors, absorbTransposes, addBiasInProduct } from "./products.js";
import { constantsLast, dropZeroProducts, keepOneElement, repeatRows } from "./repeated.js";
import { type Rule, rewrite } from "./rewrite.js";
import { slopesAsProducts } from "./slopes.js";
import { sumRowsByProduct } from "./sums.js";
import { joinTransposes, reduceBeforeTranspose, sinkTransposes } from "./transposes.js";

/** Local rules, tried in this order at every node. */
const RULES: readonly Rule[] = [
  constantsLast,
  foldConstants,
  foldMoves,
  dropIdentities,
  dropZeroProducts,
  repeatRows,
  joinFactors,
  sinkBroadcasts,
  sinkReshapedBroadcast,
  sumBroadcasts,
  trimOperands,
  slopesAsProducts,
  takeFactorsOutOfSums,
  takeFactorOutOfPair,
  blendByProducts,
  joinTransposes,
  sinkTransposes,
  reduceBeforeTranspose,
  absorbTransposes,
  absorbFactors,
  addBiasInProduct,
];

/** Rounds after which rules are taken to chase each other; three or four are usual. */
const MAX_ROUNDS = 12;

/**
 * All passes, until none finds anything.
 *
 * @param canJoin - Which variables can lie side by side in memory, see {@link flattenState}. Default none.
 */
export function optimize(graph: Graph, canJoin: (variables: readonly number[]) => boolean = () => false): Graph {
  // Last, since the other rules know sums as sums.
  const summed = rewrite(simplify(keepOneElement(graph)), [sumRowsByProduct]);
  const simple = rewrite(summed, [dropIdentities, absorbFactors]);
  return removeDeadCode(flattenState(simple, canJoin));
}

function simplify(graph: Graph): Graph {
  let current = removeDeadCode(graph);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = removeDeadCode(shareCommonSubexpressions(rewrite(current, RULES)));
    if (next.nextId === current.nextId) return next;
    current = next;
  }
  return current;
}
