import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { dciOf } from "../../src/disentanglement/dci.js";
import { explicitnessOf, modularityOf } from "../../src/disentanglement/modularity-explicitness.js";
import { predictability } from "../../src/disentanglement/sap-score.js";
import { mutualInformationGap, totalCorrelation, unsupervisedDisentanglementRanking } from "../../src/index.js";
import { atOnce } from "../../src/internal/breathing.js";
import { sliceCodes } from "../../src/internal/disentanglement/factor-codes.js";
import { mutualInformation } from "../../src/internal/disentanglement/mutual-information.js";
import fixture from "../fixtures/disentanglement.json" with { type: "json" };
import { asCodes, examplesOf, identity } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const all = asCodes(fixture.codes, fixture.factors);
const [train, test] = [sliceCodes(all, 0, fixture.train), sliceCodes(all, fixture.train, all.count)];

function expectClose(received: readonly Float64Array[], expected: readonly (readonly number[])[], tolerance: number) {
  expect(received.length).toBe(expected.length);
  for (const [i, row] of expected.entries()) {
    for (const [k, value] of row.entries()) {
      expect(Math.abs(received[i]![k]! - value), `row ${i}, column ${k}`).toBeLessThan(tolerance);
    }
  }
}

describe("disentanglement scores of mixed, noisy codes", () => {
  it("has the mutual informations and the gap of numpy and scikit-learn", async () => {
    const before = tf.memory().numTensors;
    const found = await mutualInformationGap(identity(4), examplesOf(fixture.codes, fixture.factors));
    expectClose(found.information, fixture.information, 1e-9);
    expectClose([found.entropies], [fixture.entropies], 1e-9);
    expect(found.score).toBeCloseTo(fixture.mutualInformationGap, 9);
    expect(found.factors).toEqual([0, 1, 2]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has the accuracies of scikit-learn's support vector machines", () => {
    expectClose(atOnce(predictability(train, test)), fixture.sap.accuracies, 1e-9);
  });

  it("has the importances and accuracies of scikit-learn's boosted trees", () => {
    const found = atOnce(dciOf(train, test));
    // Where two cuts of a small node are equally good, scikit-learn draws: over its seeds importances differ as much.
    expectClose(found.importance, fixture.dci.importance, 0.02);
    expectClose([found.accuracies], [fixture.dci.accuracies], 0.0201);
    expect(found.trainInformativeness).toBeCloseTo(fixture.dci.trainInformativeness, 2);
    expect(Math.abs(found.disentanglement - fixture.dci.disentanglement)).toBeLessThan(0.02);
    expect(Math.abs(found.completeness - fixture.dci.completeness)).toBeLessThan(0.02);
  });

  it("has the modularity of numpy and the explicitness of scikit-learn's logistic regression", async () => {
    const { information } = atOnce(mutualInformation(train, 20));
    const modular = information.map(modularityOf);
    expect(modular.reduce((sum, value) => sum + value, 0) / 4).toBeCloseTo(
      fixture.modularityExplicitness.modularity,
      9,
    );
    const { test: areas } = await explicitnessOf(train, test);
    expectClose([areas], [fixture.modularityExplicitness.explicitness], 1e-3);
  });

  it("has numpy's total correlation", async () => {
    const x = tf.tensor2d(fixture.codes);
    expect(await totalCorrelation(identity(4), x, { batchSize: 7 })).toBeCloseTo(fixture.totalCorrelation, 6);
    x.dispose();
  });

  it("ranks models as scikit-learn's lasso and scipy's rank correlations do", async () => {
    const models = fixture.ranking.models.map((codes) => {
      const table = tf.tensor2d(codes);
      return { latentDim: 4, encode: (x: tf.Tensor) => tf.gather(table, tf.reshape(tf.cast(x, "int32"), [-1])) };
    });
    const numbers = tf.tensor2d(fixture.codes.map((_, i) => [i]));
    const options = { threshold: 0 };
    for (const similarity of ["lasso", "spearman"] as const) {
      const found = await unsupervisedDisentanglementRanking(models as never[], numbers, { ...options, similarity });
      expectClose(found.pairs, fixture.ranking[similarity].pairs, 1e-5);
      expectClose([found.scores], [fixture.ranking[similarity].scores], 1e-5);
      expect(found.informative).toEqual([4, 4, 4, 4]);
    }
  });
});
