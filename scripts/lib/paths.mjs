import { fileURLToPath } from "node:url";

/** The root folder of the repository, with a separator at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A path below the root. */
export const inRoot = (...parts) => root + parts.join("/");
