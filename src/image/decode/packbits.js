/**
 * Unpacks PackBits (TIFF 6.0, section 9) into `target` until it is full or the bytes end. Returns
 * the number of bytes written.
 */
export function unpackBits(bytes, target) {
    let from = 0;
    let to = 0;
    while (from < bytes.length && to < target.length) {
        const head = bytes[from++];
        // 128 does nothing; above it, the next byte is repeated.
        if (head === 128)
            continue;
        const count = Math.min(head < 128 ? head + 1 : 257 - head, target.length - to);
        if (head < 128) {
            const literal = bytes.subarray(from, from + count);
            target.set(literal, to);
            to += literal.length;
            from += head + 1;
        }
        else {
            if (from === bytes.length)
                break;
            target.fill(bytes[from++], to, to + count);
            to += count;
        }
    }
    return to;
}
