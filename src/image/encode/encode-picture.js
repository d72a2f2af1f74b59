import { AppError } from '../../shared/errors.ts';
import { grouped } from '../../shared/grouped.ts';
/** Chromium's and Firefox's limits of a canvas; others are found out by trying. */
const MAX_CANVAS_SIDE = 65_535;
const MAX_CANVAS_PIXELS = 268_435_456;
/**
 * Draws stripes on one canvas. JPEG has no alpha: transparent pixels become white for it.
 * @throws {AppError} `output/failed` where the browser has no canvas that large; whatever `stripes` throws.
 */
export async function drawPicture(source, format) {
    const { width, height } = source;
    const isOpaque = format === 'jpeg' || (source.isOpaque ?? true);
    const { canvas, context } = makeCanvas(width, height, isOpaque);
    const picture = { canvas, format };
    try {
        for await (const { y, height: rows, rgba } of source.stripes) {
            if (format === 'jpeg' && source.isOpaque === false)
                flattenOnWhite(rgba);
            context.putImageData(new ImageData(rgba, width, rows), 0, y);
        }
    }
    catch (error) {
        discardPicture(picture);
        throw error;
    }
    return picture;
}
/** Frees a picture's pixels now, not when the garbage collector comes by. */
export function discardPicture({ canvas }) {
    canvas.width = 0;
}
/**
 * Encodes a drawn picture, off this thread where the browser can, and frees its canvas.
 * @param quality 0–1, only JPEG's.
 * @throws {AppError} `output/failed` where the browser cannot encode it.
 */
export async function encodePicture(picture, quality) {
    const { canvas, format } = picture;
    const { width, height } = canvas;
    const type = `image/${format}`;
    const blob = await toBlob(canvas, type, quality).finally(() => discardPicture(picture));
    // A format that the browser cannot write comes back as PNG, as the standard says.
    if (blob.type !== type)
        throw failed(width, height);
    return blob;
}
function makeCanvas(width, height, isOpaque) {
    const isTooLarge = width > MAX_CANVAS_SIDE || height > MAX_CANVAS_SIDE || width * height > MAX_CANVAS_PIXELS;
    if (isTooLarge)
        throw failed(width, height);
    const canvas = new OffscreenCanvas(width, height);
    // Kept out of the GPU, whose memory is for the network.
    const context = canvas.getContext('2d', { alpha: !isOpaque, willReadFrequently: true });
    if (!context || isDead(context))
        throw failed(width, height);
    return { canvas, context };
}
/** A canvas over a browser's limit takes pixels without complaint and stays empty. */
function isDead(context) {
    context.fillRect(0, 0, 1, 1);
    const alpha = context.getImageData(0, 0, 1, 1).data[3];
    context.clearRect(0, 0, 1, 1);
    return alpha === 0;
}
async function toBlob(canvas, type, quality) {
    try {
        return await canvas.convertToBlob({ type, quality });
    }
    catch (cause) {
        throw failed(canvas.width, canvas.height, cause);
    }
}
function flattenOnWhite(rgba) {
    for (let i = 0; i < rgba.length; i += 4) {
        const alpha = rgba[i + 3];
        if (alpha === 255)
            continue;
        const white = 255 - alpha;
        for (let channel = i; channel < i + 3; channel++) {
            rgba[channel] = (rgba[channel] * alpha) / 255 + white;
        }
        rgba[i + 3] = 255;
    }
}
function failed(width, height, cause) {
    return new AppError('output/failed', `This browser cannot write a picture of ${grouped(width)} × ` +
        `${grouped(height)} pixels. Save it on a computer with more memory, or open ` +
        'a smaller copy.', { cause, detail: { width, height } });
}
