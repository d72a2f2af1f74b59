import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { stripeRows } from './photograph-builder.ts';
import { TiffChunks } from './tiff-chunks.ts';
import { mainTiffPage, readTiffPages } from './tiff-file.ts';
import { COLOUR_CHANNELS, PHOTOMETRIC, TiffPixels } from './tiff-pixels.ts';
import { COMPRESSION } from './unpack-chunk.ts';
const BIT_DEPTHS = [1, 2, 4, 8, 16];
const MAX_CHANNELS = 16;
/** Unpacked strips and the file itself are both in memory; browsers refuse larger arrays. */
const MAX_BAND_BYTES = 1.5 * 2 ** 30;
/**
 * A tile's sides are multiples of 16 by the book. Millions of tiny ones would take for ever, and
 * those that are far larger than the page all the memory.
 */
const MIN_TILE_SIDE = 8;
const MAX_TILE_SIDE = 4096;
/** EXIF orientation 1–8 as a mirror image (left to right) that is turned clockwise afterwards. */
const ORIENTATIONS = [
    { isMirrored: false, turn: 0 },
    { isMirrored: true, turn: 0 },
    { isMirrored: false, turn: 180 },
    { isMirrored: true, turn: 180 },
    { isMirrored: true, turn: 270 },
    { isMirrored: false, turn: 90 },
    { isMirrored: true, turn: 90 },
    { isMirrored: false, turn: 270 },
];
/**
 * Decodes the first full page of a TIFF: strips or tiles, channels together or apart. Sixteen bits
 * stay sixteen. What the header says is judged before anything is unpacked.
 * @throws {AppError} `input/unsupported-format`, `input/corrupt`, `input/too-large`, `job/aborted`.
 */
export async function decodeTiff(bytes, sink, signal) {
    const page = mainTiffPage(readTiffPages(bytes));
    if (!page)
        throw damaged();
    refuseUnreadable(page);
    try {
        await readBands(bytes, page, sink, signal);
    }
    catch (cause) {
        if (cause instanceof RangeError)
            throw damaged(cause);
        throw cause;
    }
}
/** Whole rows of chunks at a time, as many as make a stripe. */
async function readBands(bytes, page, sink, signal) {
    const { width, height, chunkRows } = page;
    const { isMirrored, turn } = ORIENTATIONS[page.orientation - 1] ?? ORIENTATIONS[0];
    const chunks = new TiffChunks(bytes, page);
    const pixels = new TiffPixels(bytes, page);
    sink.begin(width, height, turn);
    const rows = stripeRows(width);
    const count = Math.max(1, Math.floor(rows / chunkRows));
    for (let first = 0; first * chunkRows < height; first += count) {
        await letMessagesIn();
        throwIfAborted(signal);
        const top = first * chunkRows;
        const samples = await chunks.read(first, count);
        const end = Math.min(height, (first + count) * chunkRows);
        for (let y = top; y < end; y += rows) {
            await letMessagesIn();
            throwIfAborted(signal);
            sink.add(y, pixels.rgba(samples, y - top, Math.min(rows, end - y), isMirrored));
        }
    }
}
function damaged(cause) {
    return new AppError('input/corrupt', 'This TIFF file is damaged or cut off: its pixels cannot be read.', { cause });
}
/** Refuses what would be misread without a word, and what has no room. */
function refuseUnreadable(page) {
    const { fields: _, ...detail } = page;
    const problem = problemOf(page);
    if (problem) {
        throw new AppError('input/unsupported-format', `This TIFF ${problem}, which Autochrome does not read. Save it again as an ordinary TIFF ` +
            '(8 or 16 bits, gray or RGB, LZW or no compression) or as PNG.', { detail });
    }
    const { chunkWidth, chunkRows, samplesPerPixel, bitsPerSample } = page;
    const isTrap = (page.isTiled && Math.min(chunkWidth, chunkRows) < MIN_TILE_SIDE) ||
        chunkWidth > Math.max(page.width, MAX_TILE_SIDE) ||
        chunkRows > Math.max(page.height, MAX_TILE_SIDE);
    if (isTrap)
        throw damaged();
    const sampleBytes = bitsPerSample === 16 ? 2 : 1;
    const bandBytes = Math.max(page.width, chunkWidth) * chunkRows * samplesPerPixel * sampleBytes;
    if (bandBytes > MAX_BAND_BYTES) {
        throw new AppError('input/too-large', 'This TIFF holds more than 1.5 GB of pixels in one piece. Save it with 8 bits a channel, or ' +
            'smaller.', { detail: { ...detail, bandBytes } });
    }
}
function problemOf(page) {
    const { bitsPerSample, compression, photometric, predictor, samplesPerPixel } = page;
    const colours = COLOUR_CHANNELS[photometric];
    const isJpeg = compression === COMPRESSION.jpeg;
    if (colours === undefined)
        return 'is neither gray nor RGB';
    const compressions = Object.values(COMPRESSION);
    if (!compressions.includes(compression))
        return 'is compressed in an unusual way';
    if (!BIT_DEPTHS.includes(bitsPerSample))
        return `has ${bitsPerSample} bits a channel`;
    if (page.sampleFormat !== 1)
        return 'keeps its pixels as signed or fractional numbers';
    if (samplesPerPixel < colours)
        return 'has too few channels';
    if (samplesPerPixel > MAX_CHANNELS)
        return `has ${samplesPerPixel} channels`;
    if (predictor > 2 || (predictor === 2 && bitsPerSample < 8)) {
        return 'is compressed in an unusual way';
    }
    if (photometric === PHOTOMETRIC.palette && bitsPerSample > 8) {
        return `has a palette of ${bitsPerSample} bits`;
    }
    const isFax = compression >= COMPRESSION.huffman && compression <= COMPRESSION.group4;
    if (isFax && (bitsPerSample !== 1 || samplesPerPixel !== 1)) {
        return 'is compressed in an unusual way';
    }
    const isPlainJpeg = bitsPerSample === 8 && samplesPerPixel === colours && photometric !== PHOTOMETRIC.cmyk;
    if (isJpeg && !isPlainJpeg)
        return 'holds a JPEG of an unusual kind';
    // Outside JPEG, YCbCr is stored with fewer colours than pixels.
    if (photometric === PHOTOMETRIC.yCbCr && !isJpeg)
        return 'is neither gray nor RGB';
    return null;
}
