import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { stripeRows } from './photograph-builder.ts';
/** Browsers give one error for damage and for want of memory; from here on both are likely. */
const LARGE_PIXELS = 64e6;
/**
 * Decodes what the browser itself can (JPEG, PNG, GIF, WebP, AVIF, BMP): the first frame, upright
 * as EXIF says, in sRGB, 8 bits a channel, alpha not premultiplied. `pixels` is what the header says.
 * @throws {AppError} `input/corrupt` where the decoder gives up, `job/aborted`.
 */
export async function decodeBitmap(file, pixels, sink, signal) {
    const bitmap = await bitmapOf(file, pixels);
    try {
        throwIfAborted(signal);
        sink.begin(bitmap.width, bitmap.height, 0);
        await readStripes(bitmap, sink, signal);
    }
    finally {
        bitmap.close();
    }
}
async function bitmapOf(file, pixels) {
    try {
        return await createImageBitmap(file, {
            imageOrientation: 'from-image',
            premultiplyAlpha: 'none',
            colorSpaceConversion: 'default',
        });
    }
    catch (cause) {
        const sentence = pixels > LARGE_PIXELS
            ? 'The browser cannot decode the picture in this file: the file is damaged, or this device ' +
                `has too little memory for its ${Math.round(pixels / 1e6)} megapixels.`
            : 'This file is damaged: the browser cannot decode the picture in it.';
        throw new AppError('input/corrupt', sentence, { cause, detail: { pixels } });
    }
}
/** Through a small canvas, so that only the bitmap itself holds the whole picture. */
async function readStripes(bitmap, sink, signal) {
    const { width, height } = bitmap;
    const rows = Math.min(height, stripeRows(width));
    const canvas = new OffscreenCanvas(width, rows);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context)
        throw new AppError('memory/exhausted', 'The browser has no memory for a canvas.');
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
