/** Options of `ssim`; the defaults are the paper's. */
export interface SsimOptions {
  /** The range of values that data can have; 1 unless given. */
  readonly peak?: number;
  /** Side of the Gaussian window in pixels, odd; 11 unless given. */
  readonly windowSize?: number;
  /** Standard deviation of the window in pixels; 1.5 unless given. */
  readonly deviation?: number;
}
