/** Options of `ssim`; the defaults are the paper's. */
export interface SsimOptions {
  /** The range of values that data can have. Default 1. */
  readonly peak?: number;
  /** Side of the Gaussian window in pixels, odd. Default 11. */
  readonly windowSize?: number;
  /** Standard deviation of the window in pixels. Default 1.5. */
  readonly deviation?: number;
}
