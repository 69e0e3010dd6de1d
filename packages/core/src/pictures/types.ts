/** A picture in bytes: grey (1), grey and alpha (2), colour (3), or colour and alpha (4), row by row. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** `height · width · channels` bytes. */
  readonly data: Uint8Array;
}

/** How a PNG file stores its samples, from its first chunk. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly kind: number;
  readonly interlaced: boolean;
}

/** Ends reading: `what` completes "received one that …". */
export type Refuse = (what: string, options?: ErrorOptions) => never;

/** What the chunks of a PNG file hold, still compressed. */
export interface PngChunks {
  readonly header: PngHeader;
  /** Red, green and blue of each entry. */
  readonly palette: Uint8Array | undefined;
  /** Alpha of the palette's entries, or the one colour that is transparent as big-endian 16-bit samples. */
  readonly transparency: Uint8Array | undefined;
  /** The pieces of the compressed rows, views of the file. */
  readonly data: readonly Uint8Array[];
}
