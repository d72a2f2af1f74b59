import { isJpegComplete, readJpegHeader } from './jpeg-file.ts';
const SOI = [0xff, 0xd8];
/** Adobe's marker, whose last byte says whether the channels are YCbCr (1) or what they are (0). */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
const PHOTOMETRIC_YCBCR = 6;
/**
 * Unpacks a JPEG strip or tile (TIFF Technical Note 2) with the browser's own decoder: `target` gets
 * gray, or RGB, 8 bits a sample. Its size is judged before it is decoded.
 * @throws {RangeError} where it is cut off, of another size than the chunk, or broken.
 */
export async function unpackJpegChunk(chunk, photometric, target, tables) {
    const file = wholeJpeg(chunk, photometric, tables);
    const header = readJpegHeader(file);
    const isWhole = header?.width === chunk.width && header.height >= chunk.rows;
    // The last strip may be stored as tall as the others, and heights are rounded up to blocks.
    const isBounded = header && header.height < chunk.maxRows + 16;
    if (!isWhole || !isBounded || header.isCmyk || !isJpegComplete(file)) {
        throw new RangeError('A JPEG strip or tile is cut off or of another size.');
    }
    const pixels = await pixelsOf(file, chunk);
    const { channels } = chunk;
    for (let from = 0, to = 0; to < target.length; from += 4, to += channels) {
        for (let channel = 0; channel < channels; channel++) {
            target[to + channel] = pixels[from + channel];
        }
    }
}
/** The tables, which stand once for all strips, and the strip, as one file. */
function wholeJpeg({ bytes, channels }, photometric, tables) {
    const adobe = channels === 3 ? [...ADOBE, photometric === PHOTOMETRIC_YCBCR ? 1 : 0] : [];
    // The tables are a JPEG without a picture: start, tables, end.
    const inner = tables.subarray(2, Math.max(2, tables.length - 2));
    const file = new Uint8Array(SOI.length + adobe.length + inner.length + bytes.length - 2);
    file.set(SOI);
    file.set(adobe, SOI.length);
    file.set(inner, SOI.length + adobe.length);
    file.set(bytes.subarray(2), SOI.length + adobe.length + inner.length);
    return file;
}
async function pixelsOf(file, { width, rows }) {
    const bitmap = await bitmapOf(file);
    try {
        const canvas = new OffscreenCanvas(width, rows);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        if (!context)
            throw new RangeError('No canvas for a JPEG strip or tile.');
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, width, rows).data;
    }
    finally {
        bitmap.close();
    }
}
async function bitmapOf(file) {
    try {
        return await createImageBitmap(new Blob([file], { type: 'image/jpeg' }), {
            colorSpaceConversion: 'none',
            imageOrientation: 'none',
        });
    }
    catch (cause) {
        throw new RangeError('The browser cannot decode a JPEG strip or tile.', { cause });
    }
}
