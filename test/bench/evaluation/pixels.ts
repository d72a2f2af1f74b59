import { LIGHTNESS_MAX } from '../../../src/image/photograph.ts';
import { shrinkLightness } from '../../../src/image/resize.ts';
import { labOf, makeGray, meanOf, type LabPlanes } from './metrics.ts';

/** Sides of the grid on which {@link isColour} looks: scanning noise does not count as colour. */
const COARSE = 64;
/**
 * Colours of a gray or toned scan spread less than this about the tone of their lightness, in Lab units (1.6 at
 * most in 22 scans); those of a colour photograph more (2.6 at least in 324).
 */
const LEAST_SPREAD = 2;
/** Steps of lightness, each of which may have a tone of its own. */
const TONES = 16;

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

/** Whether a photograph has colours of its own, beyond a tone that follows lightness. */
export function isColour(image: ImageData): boolean {
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  return hasColours(labOf(resized(image, whole, COARSE, COARSE).data));
}

/** {@link isColour}, of the Lab planes of a small picture. */
export function hasColours({ l, a, b }: LabPlanes): boolean {
  const toneOf = (i: number) => Math.min(Math.floor((l[i]! * TONES) / 100), TONES - 1);
  let squares = 0;
  for (const plane of [a, b]) {
    const sums = new Float64Array(TONES);
    const counts = new Float64Array(TONES);
    for (let i = 0; i < plane.length; i++) {
      sums[toneOf(i)]! += plane[i]!;
      counts[toneOf(i)]!++;
    }
    squares += meanOf(
      plane.map((value, i) => (value - sums[toneOf(i)]! / counts[toneOf(i)]!) ** 2),
    );
  }
  return Math.sqrt(squares) >= LEAST_SPREAD;
}
