import { readFile } from "node:fs/promises";
import { ConfigError, random, ShapeError } from "@latentkit/core";
import { autoregressiveConditioner } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Flow,
  flowPosterior,
  flowPrior,
  inverseAutoregressiveFlow,
  maskedAutoregressiveFlow,
  planarFlow,
  radialFlow,
} from "../../src/index.js";

interface Case {
  readonly z: number[][];
  readonly logDensity: number[];
  readonly numbers: number[];
  readonly weights: Readonly<Record<string, number[] | number[][]>>;
  readonly context: number[];
}
interface Fixture extends Readonly<Record<"planar" | "radial" | "masked" | "inverse", Case>> {
  readonly latentDim: number;
  readonly steps: number;
  readonly noise: number[][];
}
let fixture: Fixture;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  fixture = JSON.parse(await readFile(new URL("../fixtures/flows.json", import.meta.url), "utf8"));
});

const close = async (actual: tf.Tensor, expected: tf.Tensor, tolerance: number): Promise<void> => {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [await actual.data(), await expected.data()];
  expect(a.length).toBeGreaterThan(0);
  for (const [i, value] of b.entries()) expect(Math.abs(a[i]! - value)).toBeLessThan(tolerance);
};

/** A network of the library with the weights of the fixture. */
function conditioner({ weights }: Case, reversed: boolean, contextDim?: number): tf.LayersModel {
  const net = autoregressiveConditioner({ latentDim: fixture.latentDim, hiddenUnits: [7], reversed, contextDim });
  for (const [layer, ending] of [
    ["hidden1", "hidden"],
    ["shift", "shift"],
    ["logScale", "logScale"],
  ] as const) {
    net
      .getLayer(`conditioner/${layer}`)
      .setWeights([tf.tensor(weights[ending]!), tf.tensor(weights[`${ending}Bias`]!)]);
  }
  return net;
}

function flowOf(name: "planar" | "radial" | "masked" | "inverse"): { flow: Flow; context?: tf.Tensor2D } {
  const { latentDim, steps } = fixture;
  const known = fixture[name];
  if (name === "masked") return { flow: maskedAutoregressiveFlow({ conditioner: conditioner(known, true) }) };
  if (name === "inverse") {
    const context = tf.tile(tf.tensor2d([known.context]), [fixture.noise.length, 1]);
    return { flow: inverseAutoregressiveFlow({ conditioner: conditioner(known, false, 2) }), context };
  }
  const flow = (name === "planar" ? planarFlow : radialFlow)({ latentDim, steps });
  flow.networks!.network!.setWeights([tf.tensor2d([known.numbers])]);
  return { flow };
}

describe.each(["planar", "radial", "masked", "inverse"] as const)("the %s flow", (name) => {
  it("moves codes and densities as PyTorch does, determinants of whole Jacobians", async () => {
    const { flow, context } = flowOf(name);
    const noise = tf.tensor2d(fixture.noise);
    const { z, logDeterminant } = flow.forward(noise, context);
    await close(z, tf.tensor2d(fixture[name].z), 2e-5);
    const base = tf.sum(tf.mul(-0.5, tf.add(tf.square(noise), Math.log(2 * Math.PI))), 1);
    await close(tf.sub(base, logDeterminant), tf.tensor1d(fixture[name].logDensity), 1e-4);
  });

  it("is undone by its inverse, determinants too", async () => {
    const { flow, context } = flowOf(name);
    const noise = tf.tensor2d(fixture.noise);
    const there = flow.forward(noise, context);
    const back = flow.inverse(there.z, context);
    await close(back.z, noise, 1e-5 * (name === "planar" ? 5 : 1)); // three planes, of which one nearly folds
    await close(tf.neg(back.logDeterminant), there.logDeterminant, 1e-4);
  });

  it("has the gradients of its parameters that finite differences give, of densities of given codes", async () => {
    const { flow, context } = flowOf(name);
    const z = tf.tensor2d(fixture[name].z);
    const density = () =>
      tf.tidy(() => {
        const { z: noise, logDeterminant } = flow.inverse(z, context);
        return tf.sum(tf.sub(logDeterminant, tf.mul(0.5, tf.sum(tf.square(noise), 1)))) as tf.Scalar;
      });
    const [weight] = Object.values(flow.networks!)[0]!.trainableWeights;
    const variable = weight!.read() as tf.Variable;
    const { grads } = tf.variableGrads(density, [variable]);
    const gradient = await grads[variable.name]!.data();
    const values = (await variable.data()).slice();
    const slopes: number[] = [];
    for (let i = 0; i < values.length; i += 3) {
      const at = async (step: number): Promise<number> => {
        const moved = Float32Array.from(values);
        moved[i]! += step;
        variable.assign(tf.tensor(moved, variable.shape));
        return (await density().data())[0]!;
      };
      const h = 2e-3;
      slopes.push(((await at(h)) - (await at(-h))) / (2 * h));
      // Float32 sums of about 10 nats are right to 1e-6: differences over 4e-3 to about 1e-3.
      expect(Math.abs(gradient[i]! - slopes.at(-1)!)).toBeLessThan(2e-2 * Math.max(1, Math.abs(slopes.at(-1)!)));
    }
    expect(slopes.some((slope) => Math.abs(slope) > 0.1)).toBe(true);
  });

  it("refuses codes and contexts of another shape", () => {
    const { flow, context } = flowOf(name);
    expect(() => flow.forward(tf.zeros([2, 5]), context)).toThrow(ShapeError);
    expect(() => flow.inverse(tf.zeros([6, 3]), context === undefined ? tf.zeros([6, 2]) : undefined)).toThrow(
      ConfigError,
    );
  });
});

describe("flowPrior", () => {
  it("is a density: its integral over the plane is 1, and draws come from it", async () => {
    const flows = [
      planarFlow({ latentDim: 2, steps: 2, seed: 1 }),
      radialFlow({ latentDim: 2, steps: 2, seed: 2 }),
      maskedAutoregressiveFlow({ conditioner: autoregressiveConditioner({ latentDim: 2, hiddenUnits: [4], seed: 3 }) }),
    ];
    // Far from where they start, which is near the identity.
    for (const [i, flow] of flows.entries()) {
      for (const weight of Object.values(flow.networks!)[0]!.trainableWeights) {
        const variable = weight.read() as tf.Variable;
        variable.assign(tf.add(variable, tf.mul(random(i).normal(variable.shape), 0.5)));
      }
    }
    const prior = flowPrior({ flows });
    const [side, reach] = [80, 8];
    const axis = tf.linspace(-reach, reach, side);
    const grid = tf.stack(tf.meshgrid(axis, axis), 2); // [side, side, 2]
    const area = ((2 * reach) / (side - 1)) ** 2;
    const density = tf.exp(prior.logDensity(grid));
    expect(density.shape).toEqual([side, side]);
    expect((await tf.sum(density).data())[0]! * area).toBeCloseTo(1, 2);
    const mean = await tf.mul(tf.sum(tf.mul(grid, tf.expandDims(density, 2)), [0, 1]), area).data();
    const draws = await tf.mean(prior.sample(2000, 2, random(4)), 0).data();
    // 2,000 draws of deviation about 1.5: four standard errors are 0.14.
    for (const i of [0, 1]) expect(Math.abs(draws[i]! - mean[i]!)).toBeLessThan(0.14);
  });

  it("refuses flows of different sizes, and flows that are told of examples", () => {
    const flows = [planarFlow({ latentDim: 2 }), radialFlow({ latentDim: 3 })];
    expect(() => flowPrior({ flows })).toThrow("flows` of one size, received planarFlow of 2, radialFlow of 3");
    expect(() => flowPrior({ flows: [planarFlow({ latentDim: 2, contextDim: 4 })] })).toThrow(ConfigError);
    expect(() => flowPrior({ flows: [] })).toThrow(ConfigError);
    expect(() => maskedAutoregressiveFlow({ conditioner: planarFlow({ latentDim: 2 }).networks!.network! })).toThrow(
      ShapeError,
    );
  });
});

describe("flowPosterior", () => {
  it("gives each draw its own density: log q₀ − log |det|, for one draw and for several", async () => {
    const flow = planarFlow({ latentDim: 2, steps: 2, contextDim: 3 });
    const posterior = flowPosterior({ flows: [flow] });
    expect(posterior.outputs).toEqual(["mean", "log variance", "context"]);
    const outputs = [random(1).normal([4, 2]), random(2).normal([4, 2]), random(3).normal([4, 3])] as tf.Tensor2D[];
    for (const count of [undefined, 5]) {
      const drawn = posterior.draw(outputs, random(4).at(0), count);
      const each = count ?? 1;
      expect(drawn.z.shape).toEqual(count === undefined ? [4, 2] : [4, 5, 2]);
      const many = (x: tf.Tensor2D): tf.Tensor2D =>
        tf.reshape(tf.tile(tf.expandDims(x, 1), [1, each, 1]), [4 * each, x.shape[1]]);
      const [mean, logVariance, context] = outputs.map(many) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      // The density of the code as that of the noise behind it.
      const { z, logDeterminant } = flow.inverse(tf.reshape(drawn.z, [4 * each, 2]), context);
      const scaled = tf.div(tf.square(tf.sub(z, mean)), tf.exp(logVariance));
      const base = tf.sum(tf.mul(-0.5, tf.add(tf.add(scaled, logVariance), Math.log(2 * Math.PI))), 1);
      await close(drawn.logDensity(), tf.reshape(tf.add(base, logDeterminant), drawn.z.shape.slice(0, -1)), 1e-4);
    }
  });
});
