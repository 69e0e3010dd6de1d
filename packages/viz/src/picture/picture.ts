/** A finished picture on the host: bytes from 0 to 255, row after row, one channel (grey) or three (red, green, blue). */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly channels: 1 | 3;
  /** `height · width · channels` bytes. */
  readonly data: Uint8Array;
  /** Values of the tensors it was made of that lay outside their range and were clipped to its ends. */
  readonly clipped: number;
}

/** A colour: a grey level, or red, green and blue; each from 0 to 255. */
export type Color = number | readonly [number, number, number];
