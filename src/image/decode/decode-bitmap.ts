import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { letMessagesIn } from './let-messages-in.ts';
import { stripeRows, type StripeSink } from './photograph-builder.ts';

/**
 * Decodes what the browser itself can (JPEG, PNG, GIF, WebP, AVIF, BMP): the first frame, upright
 * as EXIF says, in sRGB, 8 bits a channel, alpha not premultiplied.
 * @throws {AppError} `input/corrupt` where the decoder gives up, `job/aborted`.
 */
export async function decodeBitmap(
  file: Blob,
  sink: StripeSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bitmap = await bitmapOf(file);
  try {
    throwIfAborted(signal);
    sink.begin(bitmap.width, bitmap.height, 0);
    await readStripes(bitmap, sink, signal);
  } finally {
    bitmap.close();
  }
}

async function bitmapOf(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'none',
      colorSpaceConversion: 'default',
    });
  } catch (cause) {
    throw new AppError(
      'input/corrupt',
      'This file is damaged: the browser cannot decode the picture in it.',
      { cause },
    );
  }
}

/** Through a small canvas, so that only the bitmap itself holds the whole picture. */
async function readStripes(
  bitmap: ImageBitmap,
  sink: StripeSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { width, height } = bitmap;
  const rows = Math.min(height, stripeRows(width));
  const canvas = new OffscreenCanvas(width, rows);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new AppError('memory/exhausted', 'The browser has no memory for a canvas.');
  context.imageSmoothingEnabled = false;
  context.globalCompositeOperation = 'copy';
  for (let y = 0; y < height; y += rows) {
    await letMessagesIn();
    throwIfAborted(signal);
    const count = Math.min(rows, height - y);
    context.drawImage(bitmap, 0, y, width, count, 0, 0, width, count);
    sink.add(y, context.getImageData(0, 0, width, count).data);
  }
}
