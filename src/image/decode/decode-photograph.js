import { AppError, throwIfAborted } from '../../shared/errors.ts';
import { grouped } from '../../shared/grouped.ts';
import { decodeBitmap } from './decode-bitmap.ts';
import { decodeTiff } from './decode-tiff.ts';
import { isComplete, readDimensions } from './dimensions.ts';
import { SNIFF_BYTES, sniffFormat } from './format.ts';
import { PhotographBuilder } from './photograph-builder.ts';
import { refusalOf } from './refused-formats.ts';
/** The largest picture that opens: 16,384 × 16,384, which is also the largest canvas of Chromium. */
export const MAX_PIXELS = 268_435_456;
/** The longest side that opens; JPEG's own limit, and a canvas's. */
export const MAX_SIDE = 65_535;
/**
 * Decodes a file into lightness, alpha and its own colours. The header is judged first, so a file
 * that claims an enormous picture costs nothing. Runs in a worker or a page; needs OffscreenCanvas.
 * @throws {AppError} `input/unsupported-format`, `input/corrupt`, `input/too-large`,
 * `memory/exhausted`, `job/aborted`.
 */
export async function decodePhotograph(file, options) {
    const { signal } = options;
    throwIfAborted(signal);
    const format = await formatOf(file);
    const bytes = await readBytes(file);
    throwIfAborted(signal);
    const header = readDimensions(bytes, format);
    if (!header)
        throw damaged(format);
    refuseTooLarge(header);
    if (!isComplete(bytes, format))
        throw damaged(format);
    const build = new PendingBuild(options);
    if (format === 'tiff')
        await decodeTiff(bytes, build, signal);
    else
        await decodeBitmap(file, header.width * header.height, build, signal);
    return { ...build.finish(), format, frames: header.frames };
}
/** A builder that begins once the decoder knows the size. */
class PendingBuild {
    #options;
    #builder = null;
    constructor(options) {
        this.#options = options;
    }
    begin(width, height, turn) {
        const rotation = ((this.#options.rotation + turn) % 360);
        const { isNegative } = this.#options;
        this.#builder = new PhotographBuilder(width, height, { rotation, isNegative });
    }
    add(y, rgba) {
        this.#builder?.add(y, rgba);
    }
    finish() {
        if (!this.#builder)
            throw new AppError('bug/invariant', 'The decoder gave no picture.');
        return this.#builder.finish();
    }
}
async function formatOf(file) {
    if (file.size === 0)
        throw new AppError('input/corrupt', 'This file is empty.');
    const format = sniffFormat(await readBytes(file.slice(0, SNIFF_BYTES)));
    const refusal = refusalOf(format);
    if (refusal)
        throw new AppError('input/unsupported-format', refusal, { detail: { format } });
    return format;
}
async function readBytes(file) {
    try {
        return new Uint8Array(await file.arrayBuffer());
    }
    catch (cause) {
        throw new AppError('input/corrupt', 'This file cannot be read. It may have been moved, changed or removed since it was chosen.', { cause });
    }
}
function refuseTooLarge({ width, height }) {
    if (width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS)
        return;
    const size = `${grouped(width)} × ${grouped(height)}`;
    throw new AppError('input/too-large', `This picture says that it is ${size} pixels large. Autochrome opens up to 268 megapixels, ` +
        'and up to 65,535 pixels a side. Make it smaller first, or cut it into parts.', { detail: { width, height } });
}
function damaged(format) {
    return new AppError('input/corrupt', `This ${format.toUpperCase()} file is damaged or cut off: part of the picture is missing. ` +
        'Copy or download it again.', { detail: { format } });
}
