/** The packages whose every source file is a model. */
export const FAMILIES = ["autoencoders", "vae", "gan", "autoregressive"];

/** Text that templates leave for the author of a model; none may remain. */
export const PLACEHOLDER = "to be written";

/** `relativistic-gan` → `relativisticGan`. */
export const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** `relativistic-gan` → `RelativisticGan`. */
export const pascalCase = (name) => camelCase(`-${name}`);
