import { clear, copyTo } from "./copy";
import { packPanels } from "./pack";
import { wide } from "./direct-wide";
import { narrow, NARROW } from "./direct-narrow";
import { setWindow } from "./window";

/** Columns of a panel of the filter. */
const WIDE: i32 = 8;
/** Bytes of the picture that all panels read before the next ones: what stays in a second-level cache. */
const BLOCK_BYTES: i32 = 1 << 16;

// The geometry at work, channels last: the picture with its margins, and the window over it.
let height: i32 = 0, width: i32 = 0, channels: i32 = 0;
let outHeight: i32 = 0, outWidth: i32 = 0, outChannels: i32 = 0;
let strideY: i32 = 1, strideX: i32 = 1;

/** Columns of the panels that a filter with so many output channels is laid out in. */
function panelWidth(outputs: i32): i32 {
  return outputs <= NARROW ? NARROW : WIDE;
}

/** Bytes of working memory for {@link direct}: the filter in panels, and one picture with its margins. */
export function directScratch(
  inH: i32, inW: i32, inC: i32, outC: i32, kernelH: i32, kernelW: i32,
  top: i32, bottom: i32, left: i32, right: i32,
): usize {
  const panel = panelWidth(outC);
  const panels = (outC + panel - 1) / panel;
  const filter = <usize>(panels * panel) * <usize>(kernelH * kernelW * inC);
  const padded = top + bottom + left + right > 0;
  const picture = padded ? <usize>(inH + top + bottom) * <usize>(inW + left + right) * <usize>inC : 0;
  return (filter + picture) << 2;
}

/**
 * A convolution straight from the picture: sums of four or eight positions grow in registers over the whole window, whose lines
 * lie one after another in memory. Nothing is laid out but the filter, once, and the picture with its margins where it has some.
 */
export function direct(
  x: usize, w: usize, y: usize, scratch: usize,
  batch: i32, inH: i32, inW: i32, inC: i32, outH: i32, outW: i32, outC: i32,
  kernelH: i32, kernelW: i32, strideH: i32, strideW: i32, dilationH: i32, dilationW: i32,
  top: i32, bottom: i32, left: i32, right: i32,
): void {
  height = inH + top + bottom; width = inW + left + right; channels = inC;
  outHeight = outH; outWidth = outW; outChannels = outC;
  strideY = strideH; strideX = strideW;
  const pixel = <usize>inC << 2;
  const unbroken = dilationW == 1;
  setWindow(
    kernelH, unbroken ? 1 : kernelW, unbroken ? kernelW * inC : inC,
    <usize>(dilationH * width) * pixel, <usize>dilationW * pixel, <usize>strideW * pixel, <usize>outC << 2,
  );

  const depth = kernelH * kernelW * inC;
  const panel = panelWidth(outC);
  packPanels(scratch, w, outC, depth, 1, outC, panel);
  const panels = (outC + panel - 1) / panel;
  const margins = scratch + (<usize>(panels * panel * depth) << 2);
  const padded = top + bottom + left + right > 0;
  const picture = <usize>(inH * inW) * pixel;
  for (let n = 0; n < batch; n++, x += picture, y += <usize>(outH * outW * outC) << 2) {
    if (padded) widen(x, margins, inH, <usize>inW * pixel, <usize>top, <usize>bottom, <usize>left * pixel, <usize>right * pixel);
    onePicture(padded ? margins : x, scratch, y, depth);
  }
}

/** The picture with zeros around it. */
function widen(from: usize, to: usize, rows: i32, bytes: usize, top: usize, bottom: usize, left: usize, right: usize): void {
  const row = left + bytes + right;
  clear(to, top * row);
  to += top * row;
  for (let i = 0; i < rows; i++, from += bytes) {
    clear(to, left);
    copyTo(to + left, from, bytes);
    clear(to + left + bytes, right);
    to += row;
  }
  clear(to, bottom * row);
}

function onePicture(x: usize, filter: usize, y: usize, depth: i32): void {
  const pixel = <usize>channels << 2;
  const down = <usize>(strideY * width) * pixel;
  const rows = max(1, BLOCK_BYTES / max(1, <i32>down));
  const columns = outHeight > 1 ? outWidth : max(8, BLOCK_BYTES / max(1, strideX * <i32>pixel));
  for (let row = 0; row < outHeight; row += rows) {
    for (let column = 0; column < outWidth; column += columns) {
      const until = min(outWidth, column + columns);
      let panel = filter;
      for (let j = 0; j < outChannels; j += WIDE, panel += <usize>(depth * WIDE) << 2) {
        for (let i = row; i < min(outHeight, row + rows); i++) {
          const to = y + (<usize>(i * outWidth * outChannels + j) << 2);
          const from = x + <usize>i * down;
          if (outChannels <= NARROW) narrow(from, panel, to, column, until, outChannels);
          else wide(from, panel, to, column, until, min(WIDE, outChannels - j));
        }
      }
    }
  }
}
