import { crc32 } from '../metadata/crc32.ts';
import { latin1 } from './format.ts';
import { headerOf, viewOf } from './picture-header.ts';
const SIGNATURE_BYTES = 8;
/** Length, type and checksum around a chunk's data. */
const CHUNK_OVERHEAD = 12;
/**
 * Size and depth from IHDR, frames from acTL where it comes before the data (as APNG demands).
 * @throws {RangeError} where the bytes end before them.
 */
export function readPngHeader(bytes) {
    const view = viewOf(bytes);
    if (latin1(bytes.subarray(12, 16)) !== 'IHDR')
        return null;
    const header = headerOf(view.getUint32(16), view.getUint32(20), { bitDepth: view.getUint8(24) });
    for (const chunk of chunksOf(bytes)) {
        if (chunk.type === 'IDAT')
            break;
        if (chunk.type === 'acTL' && chunk.end <= bytes.length) {
            return { ...header, frames: Math.max(1, view.getUint32(chunk.data)) };
        }
    }
    return header;
}
/**
 * True where every chunk that carries pixels is whole, by its checksum, up to IEND. Browsers show
 * the upper part of a damaged PNG without a word.
 */
export function isPngComplete(bytes) {
    const view = viewOf(bytes);
    for (const chunk of chunksOf(bytes)) {
        if (chunk.end > bytes.length)
            return false;
        if (chunk.type === 'IEND')
            return true;
        const isCritical = chunk.type.charCodeAt(0) < 0x60;
        if (isCritical) {
            const checksum = crc32(bytes.subarray(chunk.data - 4, chunk.end - 4));
            if (checksum !== view.getUint32(chunk.end - 4))
                return false;
        }
    }
    return false;
}
/** Chunks in order; the last one may reach past the bytes. */
function* chunksOf(bytes) {
    const view = viewOf(bytes);
    let offset = SIGNATURE_BYTES;
    while (offset + 8 <= bytes.length) {
        const end = offset + CHUNK_OVERHEAD + view.getUint32(offset);
        yield { type: latin1(bytes.subarray(offset + 4, offset + 8)), data: offset + 8, end };
        offset = end;
    }
}
