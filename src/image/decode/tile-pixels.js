import { AppError } from '../../shared/errors.ts';
import { lightnessOfPixels8 } from './lightness-of-pixels.ts';
/** Pixels of a tile at most: 4096 × 4096. Servers of deep zoom send 256² to 1024². */
const MOST_PIXELS = 2 ** 24;
/**
 * Lightness and alpha of a decoded tile, which is closed. One piece: tiles are small.
 * @throws {AppError} `input/too-large`, `memory/exhausted`.
 */
export function tilePixels(bitmap) {
    const { width, height } = bitmap;
    try {
        if (width * height > MOST_PIXELS) {
            throw new AppError('input/too-large', `A tile of ${width} × ${height} pixels is too large.`);
        }
        const rgba = pixelsOf(bitmap);
        const data = new Uint16Array(width * height);
        const { isOpaque } = lightnessOfPixels8(rgba, data);
        const alpha = isOpaque ? null : Uint8Array.from(data, (_, pixel) => rgba[4 * pixel + 3]);
        return { lightness: { width, height, data }, alpha };
    }
    finally {
        bitmap.close();
    }
}
function pixelsOf(bitmap) {
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context)
        throw new AppError('memory/exhausted', 'The browser has no memory for a canvas.');
    context.globalCompositeOperation = 'copy';
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height).data;
}
