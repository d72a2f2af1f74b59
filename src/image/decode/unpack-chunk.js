import { unpackFax } from './fax.ts';
import { unpackLzw } from './lzw.ts';
import { unpackBits } from './packbits.ts';
import { TIFF_TAG } from './tiff-file.ts';
import { unpackJpegChunk } from './tiff-jpeg.ts';
/** TIFF's numbers for how a chunk is compressed. */
export const COMPRESSION = {
    none: 1,
    huffman: 2,
    group3: 3,
    group4: 4,
    lzw: 5,
    jpeg: 7,
    deflate: 8,
    oldDeflate: 32946,
    packBits: 32773,
};
/** Bytes that one byte can become at most, where that is known. */
const MAX_RATIO = {
    [COMPRESSION.none]: 1,
    [COMPRESSION.lzw]: 2600,
    [COMPRESSION.deflate]: 1040,
    [COMPRESSION.oldDeflate]: 1040,
    [COMPRESSION.packBits]: 64,
};
/** True where so few bytes cannot hold that much, which is known before anything is allocated. */
export function isTooShort(bytes, compression, unpackedBytes) {
    return bytes * (MAX_RATIO[compression] ?? Infinity) < unpackedBytes;
}
/**
 * Unpacks a strip or a tile into `target`, rows one after the other, each padded to a whole byte.
 * No decompressor reads or writes more than the two arrays, whatever the bytes say.
 * @param jpegTables what JPEG chunks leave out; may be empty.
 * @throws {RangeError} where the chunk has fewer bytes than the target, or nonsense.
 */
export async function unpackChunk(chunk, page, target, jpegTables) {
    if (page.compression === COMPRESSION.jpeg) {
        await unpackJpegChunk(chunk, page.photometric, target, jpegTables);
        return;
    }
    const bytes = page.fillOrder === 2 ? reversedBits(chunk.bytes) : chunk.bytes;
    const fax = faxKindOf(page);
    if (fax) {
        unpackFax(bytes, target, chunk.width, fax);
        return;
    }
    const written = await unpackBytes(bytes, page.compression, target);
    if (written < target.length)
        throw new RangeError('A TIFF strip or tile is too short.');
}
function faxKindOf({ compression, fields }) {
    if (compression === COMPRESSION.huffman)
        return 'huffman';
    if (compression === COMPRESSION.group4)
        return 'group4';
    if (compression !== COMPRESSION.group3)
        return null;
    // The lowest bit of T4Options.
    return (fields.get(TIFF_TAG.t4Options)?.value ?? 0) & 1 ? 'group3-2d' : 'group3';
}
async function unpackBytes(bytes, compression, target) {
    switch (compression) {
        case COMPRESSION.lzw:
            return unpackLzw(bytes, target);
        case COMPRESSION.packBits:
            return unpackBits(bytes, target);
        case COMPRESSION.deflate:
        case COMPRESSION.oldDeflate:
            return inflate(bytes, target);
        default: {
            const part = bytes.subarray(0, target.length);
            target.set(part);
            return part.length;
        }
    }
}
/** Stops where the target is full, so that a bomb costs no more than its picture. */
async function inflate(bytes, target) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    let to = 0;
    try {
        while (to < target.length) {
            const { done, value } = await reader.read();
            if (done)
                break;
            const part = value.subarray(0, target.length - to);
            target.set(part, to);
            to += part.length;
        }
    }
    catch (cause) {
        throw new RangeError('A TIFF strip or tile cannot be inflated.', { cause });
    }
    finally {
        await reader.cancel().catch(() => undefined);
    }
    return to;
}
function reversedBits(bytes) {
    return Uint8Array.from(bytes, (byte) => {
        let reversed = 0;
        for (let bit = 0; bit < 8; bit++)
            reversed |= ((byte >> bit) & 1) << (7 - bit);
        return reversed;
    });
}
