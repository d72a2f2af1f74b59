/** Bytes fetched at a time: most files keep their metadata in the first. */
const WINDOW_BYTES = 64 * 1024;
/** Reads parts of a file without reading all of it. */
export class BlobWindow {
    #blob;
    #start = 0;
    #bytes = new Uint8Array();
    constructor(blob) {
        this.#blob = blob;
    }
    /**
     * The bytes from `offset` on.
     * @throws {RangeError} where the file ends before them.
     */
    async read(offset, length) {
        if (offset + length > this.#blob.size)
            throw new RangeError('The file ends before that.');
        const end = this.#start + this.#bytes.length;
        if (offset < this.#start || offset + length > end) {
            const part = this.#blob.slice(offset, offset + Math.max(length, WINDOW_BYTES));
            this.#bytes = new Uint8Array(await part.arrayBuffer());
            this.#start = offset;
        }
        return this.#bytes.slice(offset - this.#start, offset - this.#start + length);
    }
    /** A view of the bytes from `offset` on; throws as {@link read} does. */
    async view(offset, length) {
        return new DataView((await this.read(offset, length)).buffer);
    }
}
