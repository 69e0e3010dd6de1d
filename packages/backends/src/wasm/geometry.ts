import * as tf from "@tensorflow/tfjs";
import { five, four } from "../fixed-rank.js";
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
  const { computeConv2DInfo, computeConv3DInfo } = tf.backend_util;
  if (x.length === 4) {
    const [stride, dilation] = [strides as Pair, (dilations ?? 1) as Pair];
    const padding = pad as Parameters<typeof computeConv2DInfo>[4];
    return of(computeConv2DInfo(four(x), four(filter), stride, dilation, padding, dimRoundingMode, depthwise), name);
  }
  const [stride, dilation] = [strides as Triple, (dilations ?? 1) as Triple];
  return of(computeConv3DInfo(five(x), five(filter), stride, dilation, pad as "same" | "valid"), name);
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
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util;
  if (x.length === 4) {
    const [size, stride, dilation] = [filterSize as Pair, strides as Pair, (dilations ?? 1) as Pair];
    const padding = pad as Parameters<typeof computePool2DInfo>[4];
    return of(computePool2DInfo(four(x), size, stride, dilation, padding, dimRoundingMode), name);
  }
  const [size, stride, dilation] = [filterSize as Triple, strides as Triple, (dilations ?? 1) as Triple];
  return of(
    computePool3DInfo(five(x), size, stride, dilation, pad as number | "same" | "valid", dimRoundingMode),
    name,
  );
}

type Pair = number | [number, number];
type Triple = number | [number, number, number];

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
