import { LIGHTNESS_MAX } from '../../../src/image/photograph.ts';
import { shrinkLightness } from '../../../src/image/resize.ts';
import { makeGray, meanOf, type LabPlanes } from './metrics.ts';

/** Sides of the grid on which {@link isColour} looks: scanning noise does not count as colour. */
const COARSE = 64;
/** Toned and yellowed scans spread less than this about their tone, in Lab units; colour photographs more. */
const LEAST_SPREAD = 3;

/** Decodes a picture as its file has the levels: profiles are left alone, orientation is applied. */
export async function decode(file: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' });
  const image = contextOf(bitmap.width, bitmap.height, (context) =>
    context.drawImage(bitmap, 0, 0),
  ).getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return image;
}

/** A canvas with something drawn on it. */
export function contextOf(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
): OffscreenCanvasRenderingContext2D {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gives no canvas.');
  draw(context);
  return context;
}

/** The middle square of a picture, `side` pixels: the mean over each pixel's area, bilinear where it grows. */
export function middleSquare(image: ImageData, side: number): ImageData {
  const { width, height } = image;
  const edge = Math.min(width, height);
  const [x, y] = [Math.floor((width - edge) / 2), Math.floor((height - edge) / 2)];
  return resized(image, { x, y, width: edge, height: edge }, side, side);
}

/** A region of a picture at another size, by area as {@link shrinkLightness}. Opaque. */
export function resized(
  image: ImageData,
  region: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): ImageData {
  const result = new ImageData(width, height);
  result.data.fill(255);
  const scale = LIGHTNESS_MAX / 255;
  for (const channel of [0, 1, 2]) {
    const data = new Uint16Array(image.width * image.height);
    for (let i = 0; i < data.length; i++) data[i] = image.data[4 * i + channel]! * scale;
    const plane = { width: image.width, height: image.height, data };
    const small = shrinkLightness(plane, region, width, height);
    for (let i = 0; i < small.length; i++) {
      result.data[4 * i + channel] = Math.round(small[i]! / scale);
    }
  }
  return result;
}

/** A picture in gray, each pixel of its own lightness. */
export function grayCopy(image: ImageData): ImageData {
  const gray = new ImageData(new Uint8ClampedArray(image.data), image.width, image.height);
  makeGray(gray.data);
  return gray;
}

/** A picture as a PNG file. */
export function pngOf(image: ImageData): Promise<Blob> {
  const context = contextOf(image.width, image.height, (drawn) => drawn.putImageData(image, 0, 0));
  return context.canvas.convertToBlob({ type: 'image/png' });
}

/** Whether a photograph has colours of its own, beyond one tone all over. */
export function isColour(image: ImageData, labOf: (pixels: Uint8ClampedArray) => LabPlanes) {
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  const { a, b } = labOf(resized(image, whole, COARSE, COARSE).data);
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const squares = Float32Array.from(a, (_, i) => (a[i]! - meanA) ** 2 + (b[i]! - meanB) ** 2);
  return Math.sqrt(meanOf(squares)) >= LEAST_SPREAD;
}
