import { headerOf, viewOf } from './picture-header.ts';
const SCREEN_DESCRIPTOR_END = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const FRAME_DESCRIPTOR_BYTES = 10;
/**
 * Size from the screen descriptor; frames are those that the bytes hold.
 * @throws {RangeError} where the bytes end before the screen descriptor does.
 */
export function readGifHeader(bytes) {
    const view = viewOf(bytes);
    const header = headerOf(view.getUint16(6, true), view.getUint16(8, true));
    view.getUint8(SCREEN_DESCRIPTOR_END - 1);
    return { ...header, frames: Math.max(1, walk(bytes).frames) };
}
/** True where at least one frame is there and the blocks run to the trailer. */
export function isGifComplete(bytes) {
    const { frames, hasTrailer } = walk(bytes);
    return hasTrailer && frames > 0;
}
/** Walks the blocks (GIF89a, section 12) without decoding them. */
function walk(bytes) {
    let offset = SCREEN_DESCRIPTOR_END + colourTableBytes(bytes[10]);
    let frames = 0;
    while (offset < bytes.length) {
        const kind = bytes[offset];
        if (kind === TRAILER)
            return { frames, hasTrailer: true };
        if (kind === EXTENSION) {
            offset = endOfSubBlocks(bytes, offset + 2);
        }
        else if (kind === IMAGE) {
            const table = colourTableBytes(bytes[offset + 9]);
            // One byte of minimum code size stands before the sub-blocks.
            const data = offset + FRAME_DESCRIPTOR_BYTES + table + 1;
            offset = endOfSubBlocks(bytes, data);
            if (offset <= bytes.length)
                frames++;
        }
        else {
            break;
        }
    }
    return { frames, hasTrailer: false };
}
function colourTableBytes(flags = 0) {
    return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
/** Where a chain of sub-blocks ends; past the bytes where they are cut off. */
function endOfSubBlocks(bytes, from) {
    let offset = from;
    while (offset < bytes.length) {
        const size = bytes[offset];
        offset += 1 + size;
        if (size === 0)
            return offset;
    }
    return bytes.length + 1;
}
