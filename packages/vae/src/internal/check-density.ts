import { ConfigError, type Posterior } from "@latentkit/core";

/** What tells the density of one example's codes under another's q(z|x), by dimension. */
export type DensityByDimension = NonNullable<Posterior["logDensityByDimension"]>;

/**
 * The density of a posterior at any code.
 *
 * @throws ConfigError for a posterior that does not tell it.
 */
export function densityOf(owner: string, posterior: Posterior): DensityByDimension {
  const density = posterior.logDensityByDimension;
  if (density !== undefined) return density;
  throw new ConfigError(
    `${owner}: expected \`posterior\` to tell the density of any code by dimension, as gaussianPosterior() does, received ${posterior.name}.`,
  );
}
