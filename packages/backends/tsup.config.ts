import { library } from "../../tsup.base.ts";

export default { ...library(), loader: { ".wasm": "binary" }, noExternal: [/\.wasm$/] };
