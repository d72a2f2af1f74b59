import { readTiffValues, TIFF_TAG } from './tiff-file.ts';
import { isTooShort, unpackChunk } from './unpack-chunk.ts';
/** Chunks may share bytes (empty tiles do), but not so often that reading them takes for ever. */
const MAX_SHARING = 16;
/** Four tables of each kind take less than half of this. */
const MAX_JPEG_TABLES = 8192;
/** Reads a page's strips or tiles, rows by rows. */
export class TiffChunks {
    #bytes;
    #page;
    #offsets;
    #counts;
    #jpegTables;
    /** Chunks side by side, and one above the other. */
    #across;
    #down;
    /** @throws {RangeError} where chunks are missing, empty or outside the file. */
    constructor(bytes, page) {
        this.#bytes = bytes;
        this.#page = page;
        if (!(page.chunkWidth > 0 && page.chunkRows > 0))
            throw new RangeError('Empty TIFF chunks.');
        this.#across = Math.ceil(page.width / page.chunkWidth);
        this.#down = Math.ceil(page.height / page.chunkRows);
        const needed = this.#planes * this.#across * this.#down;
        const tags = page.isTiled
            ? [TIFF_TAG.tileOffsets, TIFF_TAG.tileByteCounts]
            : [TIFF_TAG.stripOffsets, TIFF_TAG.stripByteCounts];
        this.#offsets = readTiffValues(bytes, page, tags[0], needed);
        this.#counts = readTiffValues(bytes, page, tags[1], needed);
        const tables = readTiffValues(bytes, page, TIFF_TAG.jpegTables, MAX_JPEG_TABLES);
        this.#jpegTables = Uint8Array.from(tables);
        this.#refuseMissing(needed);
        this.#refuseTooShort();
    }
    /** Samples of the chunk rows from `first` on, `count` of them: fewer pixel rows at the end. */
    async read(first, count) {
        const { width, height, chunkRows, samplesPerPixel, bitsPerSample } = this.#page;
        const rows = Math.min(height, (first + count) * chunkRows) - first * chunkRows;
        const length = rows * width * samplesPerPixel;
        const samples = bitsPerSample === 16 ? new Uint16Array(length) : new Uint8Array(length);
        for (let plane = 0; plane < this.#planes; plane++) {
            for (let row = first; row < first + count && row < this.#down; row++) {
                for (let column = 0; column < this.#across; column++) {
                    const top = (row - first) * chunkRows;
                    await this.#place(samples, top, rows - top, { plane, row, column });
                }
            }
        }
        return samples;
    }
    get #planes() {
        return this.#page.planarConfiguration === 2 ? this.#page.samplesPerPixel : 1;
    }
    #refuseMissing(needed) {
        // A single strip without a length runs to the end of the file.
        if (needed === 1 && this.#counts.length === 0) {
            this.#counts.push(this.#bytes.length - (this.#offsets[0] ?? 0));
        }
        if (this.#offsets.length < needed || this.#counts.length < needed) {
            throw new RangeError('TIFF strips or tiles are missing.');
        }
        let total = 0;
        for (let index = 0; index < needed; index++) {
            total += this.#counts[index];
            if (this.#offsets[index] + this.#counts[index] > this.#bytes.length) {
                throw new RangeError('A TIFF strip or tile lies outside the file.');
            }
        }
        if (total > MAX_SHARING * this.#bytes.length) {
            throw new RangeError('TIFF strips or tiles overlap.');
        }
    }
    /** Looks at the first chunk, which is never smaller than the others. */
    #refuseTooShort() {
        const { chunkWidth, chunkRows, bitsPerSample, samplesPerPixel, compression } = this.#page;
        const bits = bitsPerSample * (this.#planes > 1 ? 1 : samplesPerPixel);
        const unpackedBytes = Math.ceil((chunkWidth * bits) / 8) * chunkRows;
        if (isTooShort(this.#counts[0] ?? 0, compression, unpackedBytes)) {
            throw new RangeError('A TIFF strip or tile is too short.');
        }
    }
    /** Unpacks one chunk and copies what of it is in the page. */
    async #place(samples, top, rowsLeft, { plane, row, column }) {
        const page = this.#page;
        const index = (plane * this.#down + row) * this.#across + column;
        const offset = this.#offsets[index];
        const isApart = page.planarConfiguration === 2;
        const chunk = {
            bytes: this.#bytes.subarray(offset, offset + this.#counts[index]),
            width: page.chunkWidth,
            // Strips end with the page; tiles do not.
            rows: page.isTiled ? page.chunkRows : Math.min(page.chunkRows, rowsLeft),
            maxRows: page.chunkRows,
            channels: isApart ? 1 : page.samplesPerPixel,
        };
        const rowBytes = Math.ceil((chunk.width * chunk.channels * page.bitsPerSample) / 8);
        const packed = new Uint8Array(rowBytes * chunk.rows);
        await unpackChunk(chunk, page, packed, this.#jpegTables);
        const line = new LineReader(packed, rowBytes, page, this.#bytes[0] === 0x49);
        const left = column * page.chunkWidth;
        const width = Math.min(page.chunkWidth, page.width - left);
        const values = new Uint16Array(chunk.width * chunk.channels);
        for (let y = 0; y < Math.min(chunk.rows, rowsLeft); y++) {
            line.read(y, values, chunk.channels);
            let to = ((top + y) * page.width + left) * page.samplesPerPixel + (isApart ? plane : 0);
            const step = isApart ? page.samplesPerPixel : 1;
            for (let i = 0; i < width * chunk.channels; i++, to += step)
                samples[to] = values[i];
        }
    }
}
/** Turns the packed bytes of a row into numbers, and undoes the predictor. */
class LineReader {
    #packed;
    #rowBytes;
    #bits;
    #isPredicted;
    #isLittle;
    constructor(packed, rowBytes, page, isLittle) {
        this.#packed = packed;
        this.#rowBytes = rowBytes;
        this.#bits = page.bitsPerSample;
        this.#isPredicted = page.predictor === 2;
        this.#isLittle = isLittle;
    }
    read(y, values, channels) {
        const bits = this.#bits;
        const start = y * this.#rowBytes;
        const packed = this.#packed;
        if (bits === 8) {
            for (let i = 0; i < values.length; i++)
                values[i] = packed[start + i];
        }
        else if (bits === 16) {
            const [high, low] = this.#isLittle ? [1, 0] : [0, 1];
            for (let i = 0, at = start; i < values.length; i++, at += 2) {
                values[i] = (packed[at + high] << 8) | packed[at + low];
            }
        }
        else {
            const mask = (1 << bits) - 1;
            for (let i = 0, bit = 0; i < values.length; i++, bit += bits) {
                values[i] = (packed[start + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
            }
        }
        if (!this.#isPredicted)
            return;
        const mask = bits === 16 ? 0xffff : 0xff;
        for (let i = channels; i < values.length; i++) {
            values[i] = (values[i] + values[i - channels]) & mask;
        }
    }
}
