import { sceneLevel } from '../../support/drawn-scene.ts';

/** A gray photograph drawn by code, as a file. */
export async function drawnPhotograph(
  width: number,
  height: number,
  type: 'image/png' | 'image/jpeg',
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const level = sceneLevel(i % width, Math.floor(i / width), width, height);
    image.data.set([level, level, level, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type, quality: 0.9 });
}
