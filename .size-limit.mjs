import { packages } from "./scripts/lib/workspace.mjs";

/**
 * The budgets of all packages, each kept in its package.json: what its own code adds to an application. Those of the umbrella
 * bundle the packages too, as for a browser, which fails when one of them needs Node.js there.
 */
export default packages().flatMap(({ folder, name, manifest }) =>
  (manifest["size-limit"] ?? []).map(({ path, ...budget }) => ({
    name,
    path: `${folder}/${path}`,
    ignore: [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), "node:*"],
    modifyEsbuildConfig: (config) => ({ ...config, format: "esm" }),
    ...budget,
  })),
);
