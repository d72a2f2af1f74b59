import { AppError, throwIfAborted } from '../shared/errors.ts';
import type { Picture } from '../iiif/picture-parts.ts';
import { fetchPicture } from './fetch-picture.ts';

/** Requests under way at once; browsers have no more for one host. */
const AT_ONCE = 6;

/**
 * Fetches the parts of a picture and puts them together; a picture of one part is its file, as it came.
 * @param tell hears the share of the parts that is here, 0–1.
 * @throws {AppError} `input/*`, `net/*`, `job/aborted`.
 */
export async function composePicture(
  picture: Picture,
  signal: AbortSignal,
  tell: (fraction: number) => void = () => {},
): Promise<Blob> {
  const { width, height, parts } = picture;
  const [first] = parts;
  if (parts.length === 1 && first) return fetchPicture(new URL(first.address), signal, tell);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new AppError('memory/exhausted', 'The browser has no memory for a canvas.');
  let done = 0;
  const waiting = parts.values();
  const lane = async () => {
    // One iterator for all lanes: each takes the next part.
    for (const part of waiting) {
      const file = await fetchPicture(new URL(part.address), signal, () => {});
      const bitmap = await decoded(file);
      throwIfAborted(signal);
      context.drawImage(bitmap, part.x, part.y, part.width, part.height);
      bitmap.close();
      tell(++done / parts.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return canvas.convertToBlob({ type: 'image/png' });
}

async function decoded(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    throw new AppError('input/corrupt', 'A tile of this picture is damaged.', { cause });
  }
}
