import { LatentKitError } from "@latentkit/core";

/** Mistakes that the user can mend end the program with their message alone; a stack would hide it. */
export function explainErrors(): void {
  process.on("uncaughtException", (error: Error & { readonly code?: string }) => {
    const mendable = error instanceof LatentKitError || error.code?.startsWith("ERR_PARSE_ARGS");
    console.error(mendable ? `${error.message}\n--help lists the options.` : error);
    process.exit(1);
  });
}
