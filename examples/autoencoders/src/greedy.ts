/**
 * Greedy layer-wise training against end-to-end training of the same stack: as many passes over the data in all, one stage after
 * the other or all layers at once, and both together. For a stack of rectified units, and for a deeper one of sigmoids, which
 * gradients hardly reach from random weights.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders greedy
 */
import { greedyAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { digits, inputShape } from "./digits.js";

const options = await flags(2, { only: "relu,sigmoid", rate: "1e-3" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const settings = { optimizers: adam({ learningRate: Number(own.rate) }) };
const stacks = {
  relu: [512, 128, 32],
  sigmoid: [512, 256, 128, 32],
} as const;
for (const activation of own.only!.split(",") as (keyof typeof stacks)[]) await compare(activation);

async function compare(activation: keyof typeof stacks) {
  const units = stacks[activation];
  const built = () => greedyAutoencoder({ inputShape, units, activation, seed });
  const common = { experiment: "greedy", split: "test", examples: test.size, activation, units, seed };

  const greedy = built();
  let spent = 0;
  for (const stage of greedy.stages) spent += (await timed(stage, train, options, { epochs, ...settings })).seconds;
  const stacked = await reconstructionError(greedy, test);
  const passes = epochs * greedy.stages.length;
  report({ ...common, training: "greedy", meanSquaredError: stacked.mean, passes, trainingSeconds: spent });

  spent += (await timed(greedy, train, options, { epochs, ...settings })).seconds;
  const tuned = await reconstructionError(greedy, test);
  const more = passes + epochs;
  report({ ...common, training: "greedy, tuned", meanSquaredError: tuned.mean, passes: more, trainingSeconds: spent });
  greedy.dispose();

  const whole = built();
  for (const [from, to] of [
    [0, passes],
    [passes, more],
  ] as const) {
    const { seconds } = await timed(whole, train, options, {
      ...{ epochs: to - from, seed: seed + from },
      ...settings,
    });
    const { mean } = await reconstructionError(whole, test);
    report({ ...common, training: "end to end", meanSquaredError: mean, passes: to, trainingSeconds: seconds });
  }
  whole.dispose();
}
