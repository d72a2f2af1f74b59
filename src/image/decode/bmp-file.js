import { headerOf, viewOf } from './picture-header.ts';
/** The old OS/2 header has 16-bit sizes. */
const CORE_HEADER_BYTES = 12;
const COMPRESSION_NONE = 0;
const COMPRESSION_BITFIELDS = 3;
/**
 * Size from the information header.
 * @throws {RangeError} where the bytes end before it.
 */
export function readBmpHeader(bytes) {
    const view = viewOf(bytes);
    if (view.getUint32(14, true) === CORE_HEADER_BYTES) {
        return headerOf(view.getUint16(18, true), view.getUint16(20, true));
    }
    const width = view.getInt32(18, true);
    // Negative where the rows run from the top.
    const height = Math.abs(view.getInt32(22, true));
    return width > 0 ? headerOf(width, height) : null;
}
/** True where uncompressed pixels are all there; run-length data is left to the decoder. */
export function isBmpComplete(bytes) {
    const header = readBmpHeader(bytes);
    if (!header)
        return false;
    const view = viewOf(bytes);
    const isCore = view.getUint32(14, true) === CORE_HEADER_BYTES;
    const compression = isCore ? COMPRESSION_NONE : view.getUint32(30, true);
    if (compression !== COMPRESSION_NONE && compression !== COMPRESSION_BITFIELDS)
        return true;
    const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
    // Rows are padded to four bytes.
    const rowBytes = Math.ceil((header.width * bitsPerPixel) / 32) * 4;
    return bytes.length >= view.getUint32(10, true) + rowBytes * header.height;
}
