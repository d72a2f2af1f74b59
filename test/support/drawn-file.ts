/** Pixels as a file that the browser itself encodes. */
export async function drawnFile(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  type: 'image/jpeg' | 'image/png' | 'image/webp',
  quality: number,
): Promise<Blob> {
  const height = rgba.length / 4 / width;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser has no canvas.');
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type, quality });
  if (blob.type !== type) throw new Error(`The browser cannot encode ${type}.`);
  return blob;
}
