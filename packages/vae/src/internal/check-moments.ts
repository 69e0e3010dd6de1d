import { ConfigError, type Posterior } from "@latentkit/core";

/**
 * The mean and log variance of a posterior.
 *
 * @throws ConfigError for a posterior that is no diagonal Gaussian.
 */
export function momentsOf(owner: string, posterior: Posterior): NonNullable<Posterior["moments"]> {
  if (posterior.moments !== undefined) return posterior.moments;
  throw new ConfigError(
    `${owner}: expected \`posterior\` to be a diagonal Gaussian such as gaussianPosterior(), whose moments are known, received ${posterior.name}.`,
  );
}
