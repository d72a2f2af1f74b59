import { latin1 } from './format.ts';
import { headerOf, viewOf } from './picture-header.ts';
/** Boxes that only hold other boxes, with the bytes of their own before the first. */
const CONTAINERS = { meta: 4, iprp: 0, ipco: 0 };
/**
 * Size and depth from the properties in the `meta` box: the largest `ispe`, since thumbnails and the
 * tiles of a grid have theirs too.
 * @throws {RangeError} where the bytes end before it.
 */
export function readAvifHeader(bytes) {
    const view = viewOf(bytes);
    const found = headerOf(0, 0);
    for (const box of boxesOf(bytes, 0, bytes.length)) {
        if (box.type === 'ispe') {
            const width = view.getUint32(box.data + 4);
            const height = view.getUint32(box.data + 8);
            if (width * height > found.width * found.height)
                Object.assign(found, { width, height });
        }
        else if (box.type === 'pixi' && view.getUint8(box.data + 4) > 0) {
            found.bitDepth = view.getUint8(box.data + 5);
        }
    }
    return found.width > 0 && found.height > 0 ? found : null;
}
/** True where the top-level boxes end where the file does, or before it. */
export function isAvifComplete(bytes) {
    let end = 0;
    let hasData = false;
    for (const box of boxesOf(bytes, 0, bytes.length, false)) {
        end = box.end;
        hasData ||= box.type === 'mdat';
    }
    return hasData && end <= bytes.length;
}
/** Boxes of ISO/IEC 14496-12 between two offsets, those of {@link CONTAINERS} opened. */
function* boxesOf(bytes, from, to, isDeep = true) {
    const view = viewOf(bytes);
    let offset = from;
    while (offset + 8 <= to) {
        const type = latin1(bytes.subarray(offset + 4, offset + 8));
        const size = view.getUint32(offset);
        // Size 1: a 64-bit size follows; size 0: to the end of the file.
        const isLarge = size === 1 && offset + 16 <= to;
        const data = offset + (isLarge ? 16 : 8);
        const length = isLarge
            ? Number(view.getBigUint64(offset + 8))
            : size === 0
                ? to - offset
                : size;
        if (length < 8)
            return;
        const end = offset + length;
        yield { type, data, end };
        const own = CONTAINERS[type];
        if (isDeep && own !== undefined)
            yield* boxesOf(bytes, data + own, Math.min(end, to));
        offset = end;
    }
}
