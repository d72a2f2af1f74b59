/** Sides of the tensor are multiples of this: the encoder halves five times. */
export const SIDE_MULTIPLE = 32;
/** A side is never longer than this many times the size: a strip of film becomes a thin picture, not a huge one. */
const LONGEST_SIDE = 2;
/**
 * The tensor for a photograph at a size: its area is about `size`², its aspect the photograph's.
 * @param size side of the square of the same area, in pixels.
 */
export function networkSize(width, height, size) {
    const scale = Math.min(size / Math.sqrt(width * height), (LONGEST_SIDE * size) / Math.max(width, height));
    const contentWidth = Math.max(1, Math.round(width * scale));
    const contentHeight = Math.max(1, Math.round(height * scale));
    return {
        contentWidth,
        contentHeight,
        width: Math.ceil(contentWidth / SIDE_MULTIPLE) * SIDE_MULTIPLE,
        height: Math.ceil(contentHeight / SIDE_MULTIPLE) * SIDE_MULTIPLE,
    };
}
