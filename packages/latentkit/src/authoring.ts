export * from "@latentkit/core/authoring";
export * from "@latentkit/layers/authoring";
export * from "@latentkit/losses/authoring";
