import { UnsupportedError } from "@latentkit/core";

/**
 * Imports a package that the application may or may not have installed.
 *
 * @param name - A variable to bundlers, which therefore leave it alone.
 * @throws UnsupportedError that says how to install it, or why it cannot be loaded.
 */
export async function importOptional(name: string, backend: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Record<string, unknown>;
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const missing = code === "ERR_MODULE_NOT_FOUND" && String((cause as Error).message).includes(name);
    const why = missing
      ? `the package '${name}' is not installed: npm install ${name}`
      : `the package '${name}' cannot be loaded: ${firstLine(cause)}`;
    throw new UnsupportedError(
      `useBackend: the backend '${backend}' cannot start, because ${why}. 'wasm' needs no such package.`,
      {
        cause,
      },
    );
  }
}

/** The first line of an error's message, without its full stop. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0]!.trim().replace(/\.+$/, "");
}
