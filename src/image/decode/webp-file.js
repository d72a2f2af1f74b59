import { latin1 } from './format.ts';
import { headerOf, viewOf } from './picture-header.ts';
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** VP8L begins with this byte; sizes of 14 bits each follow. */
const VP8L_SIGNATURE = 0x2f;
/**
 * Size from the first chunk (VP8, VP8L or VP8X); frames are those that the bytes hold.
 * @throws {RangeError} where the bytes end before it.
 */
export function readWebpHeader(bytes) {
    const view = viewOf(bytes);
    const kind = latin1(bytes.subarray(12, 16));
    const data = RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES;
    if (kind === 'VP8 ') {
        // A frame tag of three bytes and a start code of three, then 14 bits each (RFC 6386, 9.1).
        return headerOf(view.getUint16(data + 6, true) & 0x3fff, view.getUint16(data + 8, true) & 0x3fff);
    }
    if (kind === 'VP8L') {
        if (view.getUint8(data) !== VP8L_SIGNATURE)
            return null;
        const bits = view.getUint32(data + 1, true);
        return headerOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    if (kind === 'VP8X') {
        const width = (view.getUint32(data + 4, true) & 0xffffff) + 1;
        const height = (view.getUint16(data + 7, true) | (view.getUint8(data + 9) << 16)) + 1;
        return headerOf(width, height, { frames: Math.max(1, countFrames(bytes)) });
    }
    return null;
}
/** True where the file is as long as its RIFF header says. */
export function isWebpComplete(bytes) {
    return bytes.length >= RIFF_HEADER_BYTES && bytes.length >= 8 + viewOf(bytes).getUint32(4, true);
}
function countFrames(bytes) {
    const view = viewOf(bytes);
    let frames = 0;
    let offset = RIFF_HEADER_BYTES;
    while (offset + CHUNK_HEADER_BYTES <= bytes.length) {
        if (latin1(bytes.subarray(offset, offset + 4)) === 'ANMF')
            frames++;
        const size = view.getUint32(offset + 4, true);
        // Chunks are padded to an even length.
        offset += CHUNK_HEADER_BYTES + size + (size & 1);
    }
    return frames;
}
