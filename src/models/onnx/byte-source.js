import { AppError } from '../../shared/errors.ts';
/** Bytes that are read ahead: many small messages come with one read of the file. */
const WINDOW_BYTES = 256 * 1024;
/**
 * A file that is read piece by piece: what is not asked for never comes into memory. A model of a gigabyte is
 * gone through by the headers of its messages alone.
 */
export class ByteSource {
    size;
    #file;
    #window = new Uint8Array(0);
    #windowStart = 0;
    constructor(file) {
        this.#file = file;
        this.size = file instanceof Blob ? file.size : file.length;
    }
    /**
     * The bytes between two places of the file; not to be written to.
     * @throws {AppError} `model/corrupt` past the end, `store/denied` where the file can no longer be read.
     */
    async read(start, end) {
        if (!(start >= 0 && start <= end && end <= this.size)) {
            throw new AppError('model/corrupt', 'The model’s file is cut off.', {
                detail: { start, end, size: this.size },
            });
        }
        if (this.#file instanceof Uint8Array)
            return this.#file.subarray(start, end);
        const windowEnd = this.#windowStart + this.#window.length;
        if (start < this.#windowStart || end > windowEnd) {
            if (end - start >= WINDOW_BYTES)
                return this.#slice(start, end);
            this.#window = await this.#slice(start, Math.min(start + WINDOW_BYTES, this.size));
            this.#windowStart = start;
        }
        return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
    }
    async #slice(start, end) {
        try {
            return new Uint8Array(await this.#file.slice(start, end).arrayBuffer());
        }
        catch (cause) {
            throw new AppError('store/denied', 'The model’s file could not be read.', { cause });
        }
    }
}
