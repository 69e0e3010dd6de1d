import { packages } from "./scripts/lib/workspace.mjs";

/** The budgets of all packages, each kept in its package.json: what its own code adds to an application. */
export default packages().flatMap(({ folder, name, manifest }) =>
  (manifest["size-limit"] ?? []).map(({ path, ...budget }) => ({
    name,
    path: `${folder}/${path}`,
    ignore: [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), "node:*"],
    ...budget,
  })),
);
