import { DeviceLostError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { compare, type Report } from "../../conformance/compare.js";
import { measure, type Outcomes } from "../../conformance/measure.js";
import { type BackendName, useBackend } from "../../src/index.js";

const wasmFolder = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";
let reference: Outcomes | undefined;

/** What `scripts/browser-tests.mjs` calls in the page. */
const tests = {
  /** The conformance report of a backend. */
  async conformance(name: BackendName): Promise<Report> {
    if (reference === undefined) {
      await useBackend("cpu");
      reference = await measure();
    }
    const { device = "" } = await useBackend(name, { wasmFolder });
    return compare(name, device, await measure(), reference);
  },

  /** What `auto` picks, and why. */
  async auto(): Promise<string> {
    const { name, reason, candidates } = await useBackend("auto", { wasmFolder });
    return `${name}: ${reason}; ${JSON.stringify(candidates)}`;
  },

  /** Loses the device of a backend in the middle of things: the name of the error that reading a tensor gives. */
  async loss(name: "webgl" | "webgpu"): Promise<string> {
    await useBackend(name);
    const x = tf.tidy(() => tf.relu(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64]))));
    const backend = tf.backend() as unknown as {
      device?: { destroy(): void };
      gpgpu?: { gl: WebGLRenderingContext };
    };
    if (backend.device) backend.device.destroy();
    else backend.gpgpu!.gl.getExtension("WEBGL_lose_context")!.loseContext();
    await new Promise((resolve) => setTimeout(resolve, 200));
    try {
      await tf.tidy(() => tf.relu(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D))).data();
      return "no error";
    } catch (error) {
      return error instanceof DeviceLostError ? "DeviceLostError" : String(error);
    }
  },
};

export type BrowserTests = typeof tests;
Object.assign(globalThis, { tests });
