/** Mean difference in 8-bit levels up to which a view is taken for the same colours: another size or precision. */
const MOST_DIFFERENCE = 12;
/** Of the reference's colourfulness a view must have this part, and no more than its inverse. */
const LEAST_COLOUR = 0.4;

/** Pixels of a drawn view, RGBA. */
export function pixelsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height).data;
}

/**
 * Whether a view shows the photograph of a reference, which was coloured without faults, in about its
 * colours: the reason why not, or null.
 */
export function implausibility(
  pixels: Uint8ClampedArray,
  reference: Uint8ClampedArray,
): string | null {
  if (pixels.length !== reference.length) return 'another size';
  const difference = meanDifference(pixels, reference);
  if (difference > MOST_DIFFERENCE) return `${difference.toFixed(1)} levels from the reference`;
  const colour = colourOf(pixels) / colourOf(reference);
  if (colour < LEAST_COLOUR || colour > 1 / LEAST_COLOUR) {
    return `${colour.toFixed(2)} of the reference's colour`;
  }
  return null;
}

function meanDifference(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  return one.reduce((sum, level, i) => sum + Math.abs(level - other[i]!), 0) / one.length;
}

/** Mean distance of the highest channel from the lowest: 0 is gray. */
export function colourOf(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const [r, g, b] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (pixels.length / 4);
}
