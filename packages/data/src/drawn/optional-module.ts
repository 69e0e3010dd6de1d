import { UnsupportedError } from "@latentkit/core";

/**
 * A package that only some datasets need, loaded when one of them does.
 *
 * @param given - The module where the caller has it already, as in browsers.
 * @throws UnsupportedError when it is not installed, with the line that installs it.
 */
export async function optionalModule<T extends object>(owner: string, name: string, given: T | undefined): Promise<T> {
  if (given !== undefined) return given;
  try {
    // A name in a variable: bundlers must not look for a package that most programs do not need.
    const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as T & { default?: T };
    // Packages in CommonJS have all of their names in `default` alone.
    return Object.keys(found).some((key) => key !== "default" && key !== "module.exports")
      ? found
      : (found.default ?? found);
  } catch (cause) {
    throw new UnsupportedError(
      `${owner}: '${name}' did not load; install it with npm install ${name}, or, where imports are bundled, pass it as an option: modules.`,
      { cause },
    );
  }
}
