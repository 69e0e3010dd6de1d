import { DeviceLostError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** What is used of tfjs's device backends. */
interface DeviceBackend {
  read(dataId: object): Promise<unknown>;
  readonly device?: { readonly lost: Promise<{ readonly reason?: string; readonly message?: string }> };
  readonly gpgpu?: { readonly gl: { readonly canvas: EventTarget } };
  compileAndRun?: (...args: unknown[]) => unknown;
  runWebGPUProgram?: (...args: unknown[]) => unknown;
}

const watched = new WeakSet<DeviceBackend>();

/**
 * Makes a lost device visible: from then on every read of a tensor and every kernel throws {@link DeviceLostError}, where
 * tfjs would compute nothing, wait for ever or fail with a message about shaders. Training then ends with that error, and
 * its last checkpoint is on disk.
 */
export function watchDevice(): void {
  const backend = tf.backend() as unknown as DeviceBackend;
  if (watched.has(backend)) return;
  const loss = lossOf(backend);
  if (loss === undefined) return;
  watched.add(backend);
  let error: DeviceLostError | undefined;
  const lost = loss.then((detail): never => {
    error = new DeviceLostError(
      `The device of the backend '${tf.getBackend()}' was lost${detail ? ` (${detail})` : ""}: nothing on it can be read any more. Load the page or start the process anew, and resume from the last checkpoint.`,
    );
    throw error;
  });
  // Without a reader the rejection is nobody's.
  lost.catch(() => undefined);
  const read = backend.read.bind(backend);
  backend.read = (dataId) => Promise.race([lost, read(dataId)]);
  for (const name of ["compileAndRun", "runWebGPUProgram"] as const) {
    const run = backend[name]?.bind(backend);
    if (run === undefined) continue;
    backend[name] = (...args) => {
      if (error !== undefined) throw error;
      return run(...args);
    };
  }
}

/** Settles with a detail when the device is lost; absent for backends without a device. */
function lossOf({ device, gpgpu }: DeviceBackend): Promise<string> | undefined {
  if (device !== undefined) return device.lost.then(({ message = "", reason = "" }) => message || reason);
  if (gpgpu === undefined) return undefined;
  return new Promise((resolve) => {
    gpgpu.gl.canvas.addEventListener("webglcontextlost", () => resolve("WebGL context lost"), { once: true });
  });
}
