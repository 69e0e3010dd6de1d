import { ConfigError, type Posterior } from "@latentkit/core";

/**
 * Refuses a posterior whose means and variances are not the encoder's outputs.
 *
 * @param why - What they are needed for, for the message.
 * @throws ConfigError for a posterior other than `gaussianPosterior()`.
 */
export function checkGaussian(owner: string, posterior: Posterior, why: string): void {
  if (posterior.name === "gaussianPosterior") return;
  throw new ConfigError(
    `${owner}: expected \`posterior\` to be gaussianPosterior(), whose ${why} is known, received ${posterior.name}.`,
  );
}
