import * as tf from "@tensorflow/tfjs";
import { refuse } from "./checks.js";

/** Attributes that convolutions and pools have in common. */
export interface WindowAttrs {
  readonly strides: number | number[];
  readonly pad: "valid" | "same" | number | readonly (readonly [number, number])[];
  readonly dataFormat?: string;
  /** Layers give null for none. */
  readonly dilations?: number | number[] | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** How windows lie on images, depth, height and width; pictures have a depth of 1. */
export interface Windows {
  readonly batch: number;
  readonly size: readonly number[];
  readonly channels: number;
  readonly out: readonly number[];
  readonly outChannels: number;
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly outShape: readonly number[];
}

/**
 * The windows of a convolution whose filter has this shape. Padding by one number gives as many columns as the window's height
 * and its vertical stride would, as on every backend of TensorFlow.js: windows may lie beyond the image then.
 */
export function convolutionWindows(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: WindowAttrs,
  name: string,
  depthwise = false,
): Windows {
  if (dataFormat === "NCHW" || dataFormat === "NCDHW") {
    refuse(name, `does not support dataFormat '${dataFormat}' on wasm; take channels last.`);
  }
  if (x.length === 4) {
    return of(
      tf.backend_util.computeConv2DInfo(
        ...([x, filter, strides, dilations ?? 1, pad, dimRoundingMode, depthwise] as never as Plane),
      ),
      name,
    );
  }
  return of(tf.backend_util.computeConv3DInfo(...([x, filter, strides, dilations ?? 1, pad] as never as Space)), name);
}

/** The windows of a pool. */
export function poolWindows(
  x: readonly number[],
  {
    filterSize,
    strides,
    pad,
    dilations = 1,
    dimRoundingMode,
  }: WindowAttrs & { readonly filterSize: number | number[] },
  name: string,
): Windows {
  const given = [x, filterSize, strides, dilations ?? 1, pad, dimRoundingMode];
  if (x.length === 4) return of(tf.backend_util.computePool2DInfo(...(given as never as PoolPlane)), name);
  return of(tf.backend_util.computePool3DInfo(...(given as never as PoolSpace)), name);
}

type Plane = Parameters<typeof tf.backend_util.computeConv2DInfo>;
type Space = Parameters<typeof tf.backend_util.computeConv3DInfo>;
type PoolPlane = Parameters<typeof tf.backend_util.computePool2DInfo>;
type PoolSpace = Parameters<typeof tf.backend_util.computePool3DInfo>;

function of(info: object, name: string): Windows {
  const given = info as Readonly<Record<string, number>> & {
    readonly padInfo: Readonly<Record<"front" | "top" | "left", number>>;
    readonly outShape: readonly number[];
  };
  const along = (key: string): number[] => ["Depth", "Height", "Width"].map((axis) => given[`${key}${axis}`] ?? 1);
  const out = along("out");
  if (out.some((size) => !(size >= 0))) {
    refuse(name, `expected windows within the image, received windows of ${along("filter")} on ${along("in")}.`);
  }
  const { front = 0, top, left } = given.padInfo as { front?: number; top: number; left: number };
  return {
    ...{
      batch: given.batchSize!,
      size: along("in"),
      channels: given.inChannels!,
      out,
      outChannels: given.outChannels!,
    },
    ...{ window: along("filter"), stride: along("stride"), dilation: along("dilation"), before: [front, top, left] },
    outShape: given.outShape,
  };
}
