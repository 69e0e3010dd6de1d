import { UnsupportedError } from "@latentkit/core";
import { inNode } from "@latentkit/core/authoring";
import { importOptional } from "../internal/optional.js";
import { correctWebGpuCast } from "./cast.js";

/** What is used of WebGPU here; its types are no part of TypeScript's own. */
interface Adapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly description?: string };
  readonly isFallbackAdapter?: boolean;
}

interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>;
}

/** What {@link loadWebGpu} found. */
export interface WebGpuDevice {
  /** The adapter in words. */
  readonly description: string;
  /** True when the adapter computes on the processor: right, and slow. */
  readonly software: boolean;
}

/**
 * Makes WebGPU available and registers tfjs's backend. In Node.js it comes from Dawn, the package `webgpu`.
 *
 * @throws UnsupportedError when there is no WebGPU or no adapter, with the mend.
 */
export async function loadWebGpu(): Promise<WebGpuDevice> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new UnsupportedError(`useBackend: WebGPU found no adapter. ${adapterMend()}`);
  await import("@tensorflow/tfjs-backend-webgpu");
  correctWebGpuCast();
  const { vendor = "", architecture = "", description = "" } = adapter.info ?? {};
  const words = [description || vendor, architecture].filter(Boolean).join(", ") || "an adapter without a name";
  const software = adapter.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(words);
  return { description: words, software };
}

async function findGpu(): Promise<Gpu> {
  const present = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu;
  if (present !== undefined) return present;
  if (!inNode()) {
    throw new UnsupportedError(
      "useBackend: this browser has no WebGPU (it needs a secure page, https or localhost); take 'webgl' or 'wasm'.",
    );
  }
  const { create, globals } = (await importOptional("webgpu", "webgpu")) as {
    create(options: readonly string[]): Gpu;
    globals: object;
  };
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Node.js 20 has no navigator, later ones have one without WebGPU.
  const navigator = globalThis.navigator ?? {};
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  }
  return gpu;
}

function adapterMend(): string {
  return inNode()
    ? "Metal and Direct3D 12 need nothing; on Linux install the Vulkan loader (libvulkan1) and the graphics card's Vulkan driver, or point VK_ICD_FILENAMES at a software driver such as Chromium's vk_swiftshader_icd.json; 'wasm' needs no adapter."
    : "Turn on hardware acceleration in the browser, or take 'webgl' or 'wasm'.";
}
