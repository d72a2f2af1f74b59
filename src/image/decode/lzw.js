const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;
const MIN_BITS = 9;
const MAX_BITS = 12;
/**
 * Unpacks TIFF's LZW (TIFF 6.0, section 13: most significant bit first, codes one bit longer one
 * entry early) into `target` until it is full, the end code comes or the bytes end. Each code is
 * written once, straight into `target`, so the work is bounded by the two lengths. Returns the
 * number of bytes written.
 * @throws {RangeError} at a code that no writer can have given.
 */
export function unpackLzw(bytes, target) {
    // Each entry is the one before it in `target` and one byte more: a place and a length.
    const starts = new Uint32Array(MAX_CODES);
    const lengths = new Uint32Array(MAX_CODES);
    let free = FIRST_FREE;
    let width = MIN_BITS;
    let to = 0;
    let buffer = 0;
    let held = 0;
    /** Where the last code's bytes begin; none after a clear code. */
    let last = -1;
    for (let from = 0; from < bytes.length && to < target.length;) {
        while (held < width && from < bytes.length) {
            buffer = ((buffer << 8) | bytes[from++]) & 0xffffff;
            held += 8;
        }
        while (held >= width && to < target.length) {
            held -= width;
            const code = (buffer >>> held) & ((1 << width) - 1);
            if (code === END)
                return to;
            if (code === CLEAR) {
                free = FIRST_FREE;
                width = MIN_BITS;
                last = -1;
                continue;
            }
            if (last >= 0 && free < MAX_CODES) {
                // The last string and the first byte after it, which may be the one about to be written.
                starts[free] = last;
                lengths[free] = to - last + 1;
                free++;
                if (free + 1 >= 1 << width && width < MAX_BITS)
                    width++;
            }
            if (code > END && code >= free)
                throw new RangeError('This LZW code is not known yet.');
            last = to;
            if (code < CLEAR)
                target[to++] = code;
            else
                to = copyWithin(target, starts[code], lengths[code], to);
        }
    }
    return to;
}
/** Byte by byte, since a string may reach into itself. Returns where it ends. */
function copyWithin(target, start, length, to) {
    const end = Math.min(to + length, target.length);
    for (let from = start; to < end;)
        target[to++] = target[from++];
    return to;
}
