/** What the network sees of a photograph: content at the top left, the rest reflected padding. */
export type NetworkSize = {
  /** Pixels of the photograph itself, aspect kept. */
  contentWidth: number;
  contentHeight: number;
  /** Sides of the tensor: multiples of 32. */
  width: number;
  height: number;
};

/** Sides of the tensor are multiples of this: the encoder halves five times. */
export const SIDE_MULTIPLE = 32;
/** A side is never longer than this many times the size: a strip of film becomes a thin picture, not a huge one. */
const LONGEST_SIDE = 2;

/**
 * The tensor for a photograph at a size: its area is about `size`², its aspect the photograph's.
 * @param size side of the square of the same area, in pixels.
 */
export function networkSize(width: number, height: number, size: number): NetworkSize {
  const scale = Math.min(
    size / Math.sqrt(width * height),
    (LONGEST_SIDE * size) / Math.max(width, height),
  );
  const contentWidth = Math.max(1, Math.round(width * scale));
  const contentHeight = Math.max(1, Math.round(height * scale));
  return {
    contentWidth,
    contentHeight,
    width: Math.ceil(contentWidth / SIDE_MULTIPLE) * SIDE_MULTIPLE,
    height: Math.ceil(contentHeight / SIDE_MULTIPLE) * SIDE_MULTIPLE,
  };
}
