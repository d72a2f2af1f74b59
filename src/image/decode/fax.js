import { HORIZONTAL, LONGEST_CODE, MODE_CODES, PASS, RUN_CODES, } from './fax-codes.ts';
/** Zeros that no code begins with; an end of line has at least as many, then a one. */
const END_OF_LINE_ZEROS = 11;
/** The most that one bit more than the data may pretend, so that the last code can be looked up. */
const SLACK_BITS = LONGEST_CODE;
/**
 * Unpacks a fax image into `target`, one bit a pixel, 1 for black, rows of whole bytes. Each step
 * takes bits or fails, so the work is bounded by the data and the target.
 * @throws {RangeError} at a code that is none, a row of another length, or the end of the data.
 */
export function unpackFax(bytes, target, width, kind) {
    const rowBytes = Math.ceil(width / 8);
    const bits = new FaxBits(bytes);
    let above = [];
    for (let start = 0; start < target.length; start += rowBytes) {
        const isFlat = startRow(bits, kind);
        const changes = isFlat ? readRuns(bits, width) : readModes(bits, width, above);
        for (let i = 0; i < changes.length; i += 2) {
            blacken(target, start, changes[i], changes[i + 1] ?? width);
        }
        above = changes;
    }
}
/** Takes what stands between two rows; true where the next is coded on its own. */
function startRow(bits, kind) {
    if (kind === 'group4')
        return false;
    if (kind === 'huffman') {
        bits.alignToByte();
        return true;
    }
    const hasEnd = bits.peek(END_OF_LINE_ZEROS) === 0;
    if (hasEnd)
        bits.skipZerosAndOne();
    return kind === 'group3' || bits.take(1) === 1;
}
/** Where the colour changes, from white on, by runs of white and black in turn. */
function readRuns(bits, width) {
    const changes = [];
    for (let at = 0, colour = 0; at < width; colour ^= 1) {
        at += bits.run(colour);
        if (at > width)
            throw new RangeError('A fax row is too long.');
        if (at < width)
            changes.push(at);
    }
    return changes;
}
/** The same by what differs from the row above. */
function readModes(bits, width, above) {
    const changes = [];
    let at = -1;
    let colour = 0;
    let next = 0;
    while (at < width) {
        // The first change above that lies to the right and turns away from this colour.
        while (next > 0 && above[next - 1] > at)
            next--;
        while (next < above.length && (above[next] <= at || (next & 1) !== colour))
            next++;
        const change = above[next] ?? width;
        const mode = bits.code(MODE_CODES);
        if (mode === PASS) {
            at = above[next + 1] ?? width;
            continue;
        }
        if (mode === HORIZONTAL) {
            const middle = Math.max(at, 0) + bits.run(colour);
            at = middle + bits.run(colour ^ 1);
            changes.push(middle, at);
        }
        else {
            const before = at;
            at = change + mode;
            if (at < Math.max(before, 0))
                throw new RangeError('A fax row runs backwards.');
            changes.push(at);
            colour ^= 1;
        }
        if (at > width)
            throw new RangeError('A fax row is too long.');
    }
    return changes;
}
function blacken(target, start, from, to) {
    for (let x = from; x < to; x++)
        target[start + (x >> 3)] |= 0x80 >> (x & 7);
}
/** Reads bits, the most significant first. */
class FaxBits {
    #bytes;
    #at = 0;
    constructor(bytes) {
        this.#bytes = bytes;
    }
    /** The next bits, at most 16; zeros after the end. */
    peek(count) {
        const byte = this.#at >> 3;
        const three = ((this.#bytes[byte] ?? 0) << 16) |
            ((this.#bytes[byte + 1] ?? 0) << 8) |
            (this.#bytes[byte + 2] ?? 0);
        return (three >>> (24 - count - (this.#at & 7))) & ((1 << count) - 1);
    }
    take(count) {
        const value = this.peek(count);
        this.#at += count;
        if (this.#at > this.#bytes.length * 8 + SLACK_BITS)
            throw new RangeError('A fax is cut off.');
        return value;
    }
    code({ values, lengths }) {
        const bits = this.peek(LONGEST_CODE);
        const length = lengths[bits];
        if (length === 0)
            throw new RangeError('No fax code.');
        this.take(length);
        return values[bits];
    }
    /** A run's length: any number of make-up codes, then a terminating one. */
    run(colour) {
        let total = 0;
        for (;;) {
            const part = this.code(RUN_CODES[colour]);
            total += part;
            if (part < 64)
                return total;
        }
    }
    alignToByte() {
        this.#at = (this.#at + 7) & ~7;
    }
    skipZerosAndOne() {
        while (this.take(1) === 0)
            ;
    }
}
