import { viewOf } from '../decode/picture-header.ts';
const TAG = {
    orientation: 0x0112,
    thumbnailOffset: 0x0201,
    thumbnailLength: 0x0202,
    exifDirectory: 0x8769,
    colourSpace: 0xa001,
    pixelWidth: 0xa002,
    pixelHeight: 0xa003,
};
const SRGB = 1;
const TYPE_SHORT = 3;
const TYPE_LONG = 4;
const ENTRY_BYTES = 12;
/**
 * A copy of an EXIF block (a TIFF header and what follows it) that is true of the saved picture:
 * upright, sRGB, of that size, without the old thumbnail. It is changed where it stands, so that all
 * else keeps its place: camera makers' notes point into the block. Null where it is broken.
 */
export function exifOfSaved(exif, { width, height }) {
    const bytes = exif.slice();
    try {
        const block = new ExifBlock(bytes);
        const first = block.firstDirectory();
        block.setNumber(first, TAG.orientation, 1);
        const details = block.number(first, TAG.exifDirectory);
        if (details !== null) {
            block.setNumber(details, TAG.colourSpace, SRGB);
            block.setNumber(details, TAG.pixelWidth, width);
            block.setNumber(details, TAG.pixelHeight, height);
        }
        return bytes.slice(0, block.dropThumbnail(first));
    }
    catch (error) {
        if (error instanceof RangeError)
            return null;
        throw error;
    }
}
/** Finds and changes numbers in directories; every method throws RangeError outside the block. */
class ExifBlock {
    #view;
    #isLittle;
    constructor(bytes) {
        this.#view = viewOf(bytes);
        this.#isLittle = bytes[0] === 0x49;
        const order = this.#view.getUint16(0);
        const isTiff = order === 0x4949 || order === 0x4d4d;
        if (!isTiff || this.#view.getUint16(2, this.#isLittle) !== 42)
            throw new RangeError('No EXIF.');
    }
    firstDirectory() {
        return this.#view.getUint32(4, this.#isLittle);
    }
    /** The value of a tag, or null where it is absent or no number. */
    number(directory, tag) {
        const entry = this.#entry(directory, tag);
        if (entry === null)
            return null;
        const type = this.#view.getUint16(entry + 2, this.#isLittle);
        if (type === TYPE_SHORT)
            return this.#view.getUint16(entry + 8, this.#isLittle);
        if (type === TYPE_LONG)
            return this.#view.getUint32(entry + 8, this.#isLittle);
        return null;
    }
    /** Does nothing where the tag is absent. */
    setNumber(directory, tag, value) {
        const entry = this.#entry(directory, tag);
        if (entry === null)
            return;
        this.#view.setUint16(entry + 2, TYPE_LONG, this.#isLittle);
        this.#view.setUint32(entry + 4, 1, this.#isLittle);
        this.#view.setUint32(entry + 8, value, this.#isLittle);
        if (value > 0xffff)
            return;
        this.#view.setUint16(entry + 2, TYPE_SHORT, this.#isLittle);
        this.#view.setUint32(entry + 8, 0);
        this.#view.setUint16(entry + 8, value, this.#isLittle);
    }
    /** Unlinks the second directory and wipes its picture. Returns how long the block is without it. */
    dropThumbnail(first) {
        const link = this.#endOfEntries(first);
        const second = this.#view.getUint32(link, this.#isLittle);
        const length = this.#view.byteLength;
        if (second === 0)
            return length;
        const from = this.number(second, TAG.thumbnailOffset);
        const size = this.number(second, TAG.thumbnailLength);
        this.#view.setUint32(link, 0);
        if (from === null || size === null || from <= link || from + size > length)
            return length;
        for (let at = from; at < from + size; at++)
            this.#view.setUint8(at, 0);
        // It stands last in nearly all files; some pad it.
        return from + size >= length - 3 ? from : length;
    }
    #endOfEntries(directory) {
        const end = directory + 2 + this.#view.getUint16(directory, this.#isLittle) * ENTRY_BYTES;
        if (end + 4 > this.#view.byteLength)
            throw new RangeError('The EXIF block is cut off.');
        return end;
    }
    #entry(directory, tag) {
        const end = this.#endOfEntries(directory);
        for (let entry = directory + 2; entry < end; entry += ENTRY_BYTES) {
            if (this.#view.getUint16(entry, this.#isLittle) === tag)
                return entry;
        }
        return null;
    }
}
