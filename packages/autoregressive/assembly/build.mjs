// Compiles the kernels: `pnpm build:wasm`, and with --check only compares.
import asc from "assemblyscript/asc";
import { assemble } from "../../../scripts/lib/assemble.mjs";

await assemble(asc, import.meta.url, "src/internal/sampling/kernels.generated.ts");
