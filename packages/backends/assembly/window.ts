/**
 * The window of the convolution at work, as unbroken stretches of a picture: how many lines of them, how many a line, how many values
 * long, and how far they are apart, in bytes.
 */
export let lines: i32 = 0, runs: i32 = 0, length: i32 = 0, lineStep: usize = 0, runStep: usize = 0;
/** How far the next position's window is, and its results are, in bytes. */
export let right: usize = 0, position: usize = 0;

export function setWindow(
  ofLines: i32, perLine: i32, values: i32, nextLine: usize, nextRun: usize, nextWindow: usize, nextPosition: usize,
): void {
  lines = ofLines; runs = perLine; length = values;
  lineStep = nextLine; runStep = nextRun; right = nextWindow; position = nextPosition;
}
