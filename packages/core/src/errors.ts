/** The machine-readable kind of a {@link LatentKitError}. */
export type ErrorCode = "config" | "shape" | "data" | "unsupported" | "checkpoint" | "divergence" | "device" | "memory";

/** What every error of the library is: a stable `code`, a message with the mend, and the `cause` when there is one. */
export class LatentKitError extends Error {
  /** The kind of error, stable across releases. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** An option has a value that cannot work. */
export class ConfigError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("config", message, options);
  }
}

/** A tensor or a network does not have the shape that is needed; the message prints both. */
export class ShapeError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("shape", message, options);
  }
}

/** Data is missing, damaged, empty or not what it claims to be. */
export class DataError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("data", message, options);
  }
}

/** The operation does not exist on this platform, backend or model. */
export class UnsupportedError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("unsupported", message, options);
  }
}

/** A checkpoint or a weight file is absent, truncated, altered or made for another model. */
export class CheckpointError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("checkpoint", message, options);
  }
}

/** Training produced NaN or an infinite loss. */
export class DivergenceError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("divergence", message, options);
  }
}

/** The device that ran the computation is gone: WebGL context loss, WebGPU device loss. */
export class DeviceLostError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("device", message, options);
  }
}

/** There is no room for a tensor on the backend; the message says how much was asked and how much there is. */
export class OutOfMemoryError extends LatentKitError {
  constructor(message: string, options?: ErrorOptions) {
    super("memory", message, options);
  }
}
