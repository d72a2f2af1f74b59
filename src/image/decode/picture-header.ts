/** What a file's header says of the picture, before anything is decoded. */
export type PictureHeader = {
  /** In pixels, as stored: before any EXIF orientation. */
  width: number;
  height: number;
  /** Bits a channel. */
  bitDepth: number;
  /** True for JPEGs of four channels. */
  isCmyk: boolean;
  /** Frames or pages; 1 where the format has one, or where only the whole file would tell. */
  frames: number;
};

/** A header of one frame, 8 bits and no CMYK unless `facts` say otherwise. */
export function headerOf(
  width: number,
  height: number,
  facts: Partial<PictureHeader> = {},
): PictureHeader {
  return { width, height, bitDepth: 8, isCmyk: false, frames: 1, ...facts };
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
