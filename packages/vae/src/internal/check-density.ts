import { ConfigError, type Posterior } from "@latentkit/core";

/** log q(z|x) of codes that may be others' than those of the outputs. */
export type Density = NonNullable<Posterior["logDensity"]>;

const WHOLE = { logDensity: "", logDensityByDimension: " by dimension" } as const;

/**
 * The density of a posterior at any code, whole or by dimension.
 *
 * @throws ConfigError for a posterior that does not tell it.
 */
export function densityOf(owner: string, posterior: Posterior, which: keyof typeof WHOLE): Density {
  const density = posterior[which];
  if (density !== undefined) return density;
  throw new ConfigError(
    `${owner}: expected \`posterior\` to tell the density of any code${WHOLE[which]}, as gaussianPosterior() does, received ${posterior.name}.`,
  );
}
